using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Tests.Labels;

/// <summary>The reference page names every key that is read.</summary>
public sealed class LabelsPageTests
{
    private static readonly string Page = File.ReadAllText(FindPage());

    [Fact]
    public void Page_EveryProfile_ListsItsKeys() => Assert.All(LabelProfiles.All, profile =>
    {
        Assert.Contains($"| `{profile.Name}`", Page, StringComparison.Ordinal);
        // Tiers of Topograph beyond the third are named as a range.
        Assert.All(profile.Fabric.Take(profile.Name == "topograph" ? 3 : int.MaxValue).SelectMany(t => t).Concat(profile.NvLink), Named);
    });

    [Fact]
    public void Page_PowerAndAcceleratorLabels_AreListed()
    {
        string[] rungs = [PowerLabels.Rack, PowerLabels.Pdu, PowerLabels.PduB, PowerLabels.Row, PowerLabels.Facility];
        Assert.All(rungs, Named);
        Assert.All(rungs.Select(r => r + PowerLabels.BudgetSuffix), Named);
        Assert.All(
            new[] { PowerLabels.Feed, PowerLabels.Cooling, PowerLabels.NodeMaxWatts, PowerLabels.NodeIdleWatts, PowerLabels.Powered, PowerLabels.GpuPowerCap }, Named);
        Assert.All(PowerLabels.RackKeys, Named);
        Assert.All(AcceleratorLabels.ProductKeys.Concat(AcceleratorLabels.InstanceTypeKeys).Append(AcceleratorLabels.FamilyKey), Named);
    }

    [Fact]
    public void Page_Annotations_AreListed() => Assert.All(AnnotationKeys.Authored, Named);

    [Fact]
    public void Page_PeersHints_AreListed() => Assert.All(PeerKeys.All, Named);

    [Theory]
    [InlineData("TFJob")]
    [InlineData("JAXJob")]
    [InlineData("TrainJob")]
    [InlineData("RayCluster")]
    [InlineData("RayJob")]
    [InlineData("StatefulSet")]
    [InlineData("Deployment")]
    [InlineData("SparkApplication")]
    [InlineData("PodGroup")]
    public void Page_Kinds_AreListed(string kind) => Assert.Contains(kind, Page, StringComparison.Ordinal);

    private static void Named(string key) => Assert.Contains($"`{key}`", Page, StringComparison.Ordinal);

    private static string FindPage()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var page = Path.Combine(folder.FullName, "docs", "reference", "labels.md");
            if (File.Exists(page))
            {
                return page;
            }
        }

        throw new FileNotFoundException("docs/reference/labels.md is missing.");
    }
}
