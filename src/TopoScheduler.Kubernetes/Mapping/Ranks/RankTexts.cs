using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.Ranks;

/// <summary>The texts of a rank map. One row a line, so that they can be read in YAML too.</summary>
/// <param name="gang">The gang.</param>
/// <param name="placed">Its placed members, in member order.</param>
internal sealed class RankTexts(Gang gang, IReadOnlyList<PlacedMember> placed)
{
    private const string Version = "toposcheduler.io/v1";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All ranks of the placed members, ascending.</summary>
    public IEnumerable<int> Ranks => placed.Select(m => GangRanks.Of(gang, m.Member)).Where(r => r.First is not null).SelectMany(r => Enumerable.Range(r.First!.Value, r.Gpus));

    /// <summary>One line a member that holds ranks, as <c>mpirun --hostfile</c> and DeepSpeed read it.</summary>
    public string HostFile()
    {
        var text = new StringBuilder();
        foreach (var member in placed)
        {
            var gpus = GangRanks.Of(gang, member.Member).Gpus;
            if (gpus > 0) text.Append(CultureInfo.InvariantCulture, $"{member.Host ?? member.Pod} slots={gpus}\n");
        }

        return text.ToString();
    }

    /// <summary>A row for every rank, with the coordinates of its node.</summary>
    public string EveryRank(ClusterSnapshot cluster)
    {
        var rows = new List<string>();
        foreach (var member in placed)
        {
            var ranks = GangRanks.Of(gang, member.Member);
            var place = ranks.Gpus > 0 ? NodeCoordinates.Of(cluster, member.Node) : null;
            for (var gpu = 0; gpu < ranks.Gpus; gpu++)
            {
                var (rank, local) = (ranks.First!.Value + gpu, gpu);
                rows.Add(Json(json => WriteRank(json, member, rank, local, place)));
            }
        }

        return Document(_ => { }, "ranks", rows);
    }

    /// <summary>A row for every member that holds ranks: first rank, how many, pod, node.</summary>
    public string EveryMember(IReadOnlyCollection<string> leftOut) => Document(
        json => WriteLeftOut(json, leftOut), "members", [.. placed.Select(m => (Member: m, Ranks: GangRanks.Of(gang, m.Member))).Where(m => m.Ranks.Gpus > 0).Select(m => Json(json =>
        {
            json.WriteNumber("firstRank", m.Ranks.First!.Value);
            json.WriteNumber("gpus", m.Ranks.Gpus);
            json.WriteString("pod", m.Member.Pod);
            json.WriteString("node", m.Member.Node);
        }))]);

    /// <summary>The counts alone.</summary>
    public string Counts(IReadOnlyCollection<string> leftOut) => Document(json => WriteLeftOut(json, leftOut), "members", []);

    /// <summary>The communicators of every dimension; null where no parallelism is given.</summary>
    /// <param name="listed">False: only their degrees and strides.</param>
    public string? Groups(bool listed)
    {
        var dimensions = ParallelGroups.Of(gang.Hints);
        if (dimensions.Count == 0) return null;
        var ranks = listed ? Ranks.ToArray() : [];
        return Document(json => WriteLeftOut(json, listed ? [] : ["groups"]), "dimensions", dimensions.ConvertAll(dimension => Json(json =>
        {
            json.WriteString("name", dimension.Name);
            json.WriteNumber("degree", dimension.Degree);
            json.WriteNumber("stride", dimension.Stride);
            if (listed) WriteGroups(json, dimension.Divide(ranks));
        })));
    }

    private static void WriteRank(Utf8JsonWriter json, PlacedMember member, int rank, int localGpu, NodeCoordinates? place)
    {
        json.WriteNumber("rank", rank);
        json.WriteNumber("member", member.Member);
        json.WriteString("pod", member.Pod);
        json.WriteString("node", member.Node);
        json.WriteNumber("localGpu", localGpu);
        if (place is null) return;
        json.WriteString("nvlinkDomain", place.NvLinkDomain);
        if (place.Rack is not null) json.WriteString("rack", place.Rack);
        if (place.Path.IsEmpty) return;
        json.WriteStartArray("path");
        foreach (var domain in place.Path) json.WriteStringValue(domain);
        json.WriteEndArray();
    }

    private static void WriteGroups(Utf8JsonWriter json, List<List<int>> groups)
    {
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            json.WriteStartArray();
            foreach (var rank in group) json.WriteNumberValue(rank);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteLeftOut(Utf8JsonWriter json, IReadOnlyCollection<string> leftOut)
    {
        if (leftOut.Count == 0) return;
        json.WriteStartArray("leftOut");
        foreach (var part in leftOut) json.WriteStringValue(part);
        json.WriteEndArray();
    }

    // The head on one line, then the rows, each on its own.
    private string Document(Action<Utf8JsonWriter> more, string list, List<string> rows)
    {
        var head = Json(json =>
        {
            json.WriteString("apiVersion", Version);
            json.WriteString("gang", gang.Key.Id);
            json.WriteNumber("size", gang.Size);
            json.WriteNumber("placed", placed.Count);
            json.WriteNumber("gpus", gang.Gpus);
            more(json);
        });
        return $"{head[..^1]},\"{list}\":[\n{string.Join(",\n", rows)}\n]}}\n";
    }

    private static string Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
