using System.Globalization;
using System.IO.Compression;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Core.Tests.Replay;

/// <summary>A GPU node of Alibaba's 2023 GPU cluster trace ("openb").</summary>
internal sealed record OpenbNode(string Name, long CpuMilli, long MemoryMib, int Gpus, string Model);

/// <summary>A pod of the trace. Less than 1000 thousandths of a GPU is a share of one.</summary>
internal sealed record OpenbPod(string Name, long CpuMilli, long MemoryMib, int Gpus, int GpuMilli);

/// <summary>Reads the trace where it is; columns are found by their names.</summary>
internal static class OpenbTrace
{
    /// <summary>The 1,213 GPU nodes.</summary>
    public static List<OpenbNode> Nodes() =>
        [.. Rows("openb_node_list_gpu_node.csv").Select(r => new OpenbNode(r["sn"], Long(r["cpu_milli"]), Long(r["memory_mib"]), (int)Long(r["gpu"]), r["model"]))];

    /// <summary>The 8,152 pods, in order of arrival.</summary>
    public static List<OpenbPod> Pods() =>
    [
        .. Rows("openb_pod_list_default.csv.gz")
            .OrderBy(r => Long(r["creation_time"]))
            .ThenBy(r => r["name"], StringComparer.Ordinal)
            .Select(r => new OpenbPod(r["name"], Long(r["cpu_milli"]), Long(r["memory_mib"]), (int)Long(r["num_gpu"]), (int)Long(r["gpu_milli"]))),
    ];

    private static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        using Stream raw = File.OpenRead(ThirdPartyData.Require("alibaba-openb", file));
        using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw);
        var columns = reader.ReadLine()!.Split(',');
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            yield return columns.Zip(line.Split(',')).ToDictionary(p => p.First, p => p.Second);
        }
    }

    private static long Long(string text) => (long)double.Parse(text, CultureInfo.InvariantCulture);
}
