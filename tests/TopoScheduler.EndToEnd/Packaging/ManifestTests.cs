namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The folders of <c>manifests</c>, without a cluster.</summary>
public sealed class ManifestTests
{
    private const string Space = "toposcheduler-system";

    public static TheoryData<string> Modes => [.. ManifestFolder.Modes];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Folder_Mode_IsWholeAndGrantsWhatThePageLists(string mode) => ReleaseChecks.Check(ManifestFolder.Load(mode).Objects, mode, Space);

    [Theory]
    [InlineData("1.20", "kubescheduler.config.k8s.io/v1beta1")]
    [InlineData("1.25", "kubescheduler.config.k8s.io/v1")]
    [InlineData("1.29", "kubescheduler.config.k8s.io/v1")]
    public void SchedulerConfiguration_OfAVersion_IsOneOfTheMode(string version, string api)
    {
        var objects = ManifestFolder.Load("extender", version).Objects;

        ReleaseChecks.Check(objects, "extender", Space);
        var map = objects.Single(o => o.Name() == "toposcheduler-scheduler");
        Assert.Equal(api, (string?)Assert.Single(YamlObjects.Of((string)map["data"]!["config.yaml"]!))["apiVersion"]);
    }

    // kustomize adds letters to the name of a ConfigMap it generates, and to every name that refers to it. It takes each of these names in a rule for such a reference, whatever the resource.
    [Theory]
    [MemberData(nameof(Modes))]
    public void ConfigMaps_Names_AreInNoRule(string mode)
    {
        var objects = ManifestFolder.Load(mode).Objects;
        var ruled = objects.Where(o => o.Kind() is "Role" or "ClusterRole").SelectMany(r => r["rules"]!.AsArray()).SelectMany(rule => rule!["resourceNames"]?.AsArray() ?? []).Select(n => (string?)n);

        Assert.Empty(objects.Where(o => o.Kind() == "ConfigMap").Select(o => o.Name()).Intersect(ruled));
    }

    [Fact]
    public void Files_AllBelowManifests_AreInAFolderThatIsApplied()
    {
        var root = Path.Combine(Toposched.Root, "manifests");
        var named = Directory.EnumerateFiles(root, "kustomization.yaml", SearchOption.AllDirectories).SelectMany(Named).Select(Path.GetFullPath).ToHashSet();
        // Optional, by itself; and the configurations of other versions of kube-scheduler.
        string[] apart = ["webhook/validating.yaml", "extender/scheduler/1.20.yaml", "extender/scheduler/1.25.yaml"];

        var files = Directory.EnumerateFiles(root, "*.yaml", SearchOption.AllDirectories).Where(f => !f.EndsWith("kustomization.yaml", StringComparison.Ordinal));

        Assert.Equal(apart.Select(a => Path.Combine(root, a)).Order(StringComparer.Ordinal), files.Where(f => !named.Contains(f)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.NotEmpty(YamlObjects.Of(File.ReadAllText(file))));
    }

    [Fact]
    public void Definitions_OfTheChart_AreThoseOfTheManifests()
    {
        static string[] In(params string[] folder) =>
            [.. Directory.GetFiles(Path.Combine([Toposched.Root, .. folder]), "*.yaml").Where(f => !f.EndsWith("kustomization.yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        var (plain, chart) = (In("manifests", "crds"), In("charts", "toposcheduler", "files", "crds"));

        Assert.Equal(plain.Select(Path.GetFileName), chart.Select(Path.GetFileName));
        Assert.All(plain.Zip(chart), pair => Assert.Equal(File.ReadAllText(pair.First), File.ReadAllText(pair.Second)));
    }

    private static IEnumerable<string> Named(string kustomization)
    {
        var (folder, text) = (Path.GetDirectoryName(kustomization)!, YamlObjects.Read(kustomization));
        foreach (var resource in text["resources"]!.AsArray()) yield return Path.Combine(folder, (string)resource!);
        foreach (var file in (text["configMapGenerator"]?.AsArray() ?? []).SelectMany(g => g!["files"]!.AsArray())) yield return Path.Combine(folder, ((string)file!).Split('=')[^1]);
    }
}
