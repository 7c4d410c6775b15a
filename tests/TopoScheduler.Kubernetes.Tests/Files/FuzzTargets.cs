using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Tests.Api;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>What is fed with broken input: every reader of files, and the readers of single values.</summary>
internal static class FuzzTargets
{
    private const string JobHead = "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"j\"},\"spec\":{\"parallelism\":4,\"template\":{\"metadata\":{\"annotations\":{";
    private const string JobTail = "}},\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"nvidia.com/gpu\":8}}}]}}}}";

    /// <summary>Names, with the whole inputs each starts from, its share of the rounds, and what reads it.</summary>
    public static IReadOnlyDictionary<string, (string[] Whole, int Share, Action<byte[]> Read)> All { get; } =
        new Dictionary<string, (string[], int, Action<byte[]>)>
        {
            ["cluster"] = (FuzzCorpus.Files, 25, Cluster),
            ["jobs"] = (FuzzCorpus.Files, 25, Jobs),
            ["gzip"] = (FuzzCorpus.Files, 10, Gzip),
            ["quantity"] = (FuzzCorpus.Quantities, 10, QuantityText),
            ["duration"] = (FuzzCorpus.Durations, 10, Duration),
            ["annotations"] = (FuzzCorpus.Annotations, 10, Annotation),
            ["labels"] = (FuzzCorpus.Quantities, 10, Label),
            ["answers"] = (ApiFuzz.Answers, 10, ApiFuzz.Answer),
            ["readings"] = (FuzzCorpus.Readings, 10, Readings),
            ["kubeconfig"] = (ApiFuzz.Kubeconfigs, 10, ApiFuzz.Kubeconfig),
        };

    private static void Cluster(byte[] bytes) => CheckCluster(ClusterReader.Read(Objects(bytes), "fuzz"));

    private static void Jobs(byte[] bytes) => CheckJobs(JobReader.Read(Objects(bytes), "fuzz", new JobCollector(null)));

    private static void Readings(byte[] bytes)
    {
        var (readings, problems) = ReadingsFile.Read(Objects(bytes), "fuzz");
        Assert.All(readings, r => Assert.True(double.IsFinite(r.Watts) && r.Name.Length > 0 && Enum.IsDefined(r.Kind)));
        Assert.All(problems, p => Assert.Equal("fuzz", p.Object));
    }

    // Damaged and then packed, and, told by a byte of the input, damaged once more as a package.
    private static void Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        var package = packed.ToArray();
        if (bytes.Length % 3 > 0)
        {
            package[(bytes.Length * 7919) % package.Length] ^= (byte)(1 << (bytes.Length % 8));
        }

        if (bytes.Length % 5 == 0)
        {
            package = package[..(package.Length * 2 / 3)];
        }

        Cluster(package);
    }

    private static void QuantityText(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var perUnit in (int[])[1, 1000])
        {
            Assert.True(!Quantity.TryParse(text, perUnit, out var amount) || amount is >= 0 and <= Quantity.Largest, text);
        }
    }

    private static void Duration(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        Assert.True(!DurationText.TryParse(text, out var duration) || (duration >= TimeSpan.Zero && duration < TimeSpan.FromDays(3700)), text);
    }

    private static void Annotation(byte[] bytes)
    {
        var sides = Encoding.UTF8.GetString(bytes).Split('=', 2);
        var pair = $"{Quoted(AnnotationKeys.Prefix + sides[0])}:{Quoted(sides[^1])}";
        CheckJobs(JobReader.ReadText(JobHead + pair + JobTail, "fuzz"));
    }

    private static void Label(byte[] bytes)
    {
        var value = Encoding.UTF8.GetString(bytes);
        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var key in (string[])[PowerLabels.Rack, PowerLabels.Pdu, PowerLabels.PduB, PowerLabels.Row, PowerLabels.Facility])
        {
            labels[key] = value;
            labels[key + PowerLabels.BudgetSuffix] = value;
        }

        foreach (var key in (string[])[PowerLabels.Feed, PowerLabels.Cooling, PowerLabels.Powered, PowerLabels.GpuPowerCap, PowerLabels.NodeIdleWatts, PowerLabels.NodeMaxWatts, "nvidia.com/gpu.count", "nvidia.com/gpu.product", "toposcheduler.io/leaf", value])
        {
            labels[key] = value;
        }

        var resources = Core.Gangs.ResourceList.Of(("cpu", 1000), ("nvidia.com/gpu", 8));
        var node = NodeMapper.Map(new("n1", "", labels.ToImmutable(), resources, resources, [], false, true));
        Assert.True(node.Power.MaxWatts >= node.Power.IdleWatts && node.Power.IdleWatts >= 0);
        Assert.NotNull(ClusterSnapshot.Create([node], []));
    }

    private static IEnumerable<FoundObject> Objects(byte[] bytes) => ObjectSource.Objects(new MemoryStream(bytes), "fuzz", InputLimits.Default);

    private static void CheckCluster(ClusterContent cluster)
    {
        Assert.All(cluster.Pods, p => Assert.NotEmpty(p.NodeName));
        Assert.All(cluster.Problems, p => Assert.NotEmpty(p.Object));
        var snapshot = ClusterSnapshot.Create(cluster.Nodes, cluster.Pods, cluster.PowerDomains).At(DateTimeOffset.UnixEpoch, TimeSpan.FromDays(30));
        for (var n = 0; n < snapshot.Nodes.Length; n++)
        {
            Assert.InRange(snapshot.DrawOf(n), 0, Math.Max(0, snapshot.Nodes[n].Power.MaxWatts));
        }
    }

    private static void CheckJobs(JobContent jobs)
    {
        foreach (var gang in jobs.Gangs)
        {
            Assert.True(gang.Size >= 1 && gang.MinMembers >= 1 && gang.MinMembers <= gang.Size && gang.Gpus >= 0);
            Assert.All(gang.Roles, r => Assert.True(r.PodNames.IsEmpty || r.PodNames.Length == r.Count));
        }

        Assert.All(jobs.Problems, p => Assert.NotEmpty(p.Object));
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c is '"' or '\\' or < ' ' || char.IsSurrogate(c) ? "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture) : c);
        }

        return quoted.Append('"').ToString();
    }
}
