using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Readings;

/// <summary>
/// Readings from queries. What Prometheus says of a row is the time of the question, and it goes on answering with the last sample of something that is gone,
/// for five minutes as it comes: so each query is asked together with one for the times of its samples, and a row without such a time is not believed.
/// </summary>
/// <param name="client">Who is asked.</param>
/// <param name="queries">What.</param>
/// <param name="gpusOf">How many GPUs a node has; 0 for a stranger.</param>
internal sealed class PrometheusSource(PrometheusClient client, ImmutableArray<PowerQuery> queries, Func<string, int> gpusOf) : IDisposable
{
    // Of year 9999; what a query says is checked before it becomes a time.
    private const double MostSeconds = 253_402_300_799;

    /// <summary>Asks everything once.</summary>
    public Task<QueryOutcome[]> AskAsync(CancellationToken cancellation) => Task.WhenAll(queries.Select(query => AskAsync(query, cancellation)));

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<QueryOutcome> AskAsync(PowerQuery query, CancellationToken cancellation)
    {
        try
        {
            // Times come first, and watts for the very moment they were told for: a sample that arrives in between can only be newer than its time says.
            var times = await client.AskAsync(query.Times, query.Label, null, cancellation).ConfigureAwait(false);
            double? at = times.Count > 0 ? times[0].AskedAt : null;
            var watts = await client.AskAsync(query.Query, query.Label, at, cancellation).ConfigureAwait(false);
            var counts = string.IsNullOrWhiteSpace(query.Counts) || watts.Count == 0 ? null : await client.AskAsync(query.Counts, query.Label, at, cancellation).ConfigureAwait(false);
            return Join(query, times, watts, counts?.ToLookup(row => row.Name, row => row.Value, StringComparer.Ordinal));
        }
        catch (PrometheusException e)
        {
            return new(query, [], 0, e.Message, e.Fault);
        }
    }

    private QueryOutcome Join(PowerQuery query, List<VectorRow> times, List<VectorRow> watts, ILookup<string, double>? counts)
    {
        var oldest = new Dictionary<string, double>(times.Count, StringComparer.Ordinal);
        foreach (var row in times)
        {
            // The oldest counts; NaN stays NaN.
            oldest[row.Name] = oldest.TryGetValue(row.Name, out var known) ? Math.Min(known, row.Value) : row.Value;
        }

        var rowsOf = watts.CountBy(row => row.Name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var readings = new List<PowerReading>(watts.Count);
        string? trouble = null;
        foreach (var row in watts)
        {
            var refusal = Refusal(query, row, rowsOf[row.Name], oldest) ?? (counts is null ? null : PartOf(row.Name, counts[row.Name].Sum()));
            if (refusal is null) readings.Add(new(query.Kind, row.Name, row.Value, DateTimeOffset.UnixEpoch.AddSeconds(oldest[row.Name])));
            else trouble ??= refusal;
        }

        return new(query, readings, watts.Count - readings.Count, trouble, null);
    }

    private static string? Refusal(PowerQuery query, in VectorRow row, int rows, Dictionary<string, double> times)
    {
        if (row.Name.Length == 0) return $"a row has no label {query.Label}, expected it to name the {Thing(query.Kind)}.";
        if (!ReadingKinds.IsName(row.Name)) return $"{query.Label}=\"{Shown(row.Name)}\", expected the name of a {Thing(query.Kind)}.";
        if (rows > 1) return string.Create(CultureInfo.InvariantCulture, $"{rows} rows of {row.Name}, expected one: parts and wholes are not told apart here, so the query has to.");
        if (!times.TryGetValue(row.Name, out var at)) return $"nothing says when {row.Name} was measured, expected a row of it from telemetry.{query.Option.Replace("Query", "TimeQuery", StringComparison.Ordinal)}.";
        return at is >= 0 and < MostSeconds ? null : string.Create(CultureInfo.InvariantCulture, $"{row.Name} was measured at {at}, expected seconds since 1970.");
    }

    private string? PartOf(string node, double counted) =>
        counted >= gpusOf(node) ? null : string.Create(CultureInfo.InvariantCulture, $"{counted} GPUs of {node} are summed up, expected all {gpusOf(node)}: a part says too little.");

    private static string Thing(PowerReadingKind kind) => kind == PowerReadingKind.NodeGpus ? "node" : ReadingKinds.WordOf(kind);

    private static string Shown(string name) => new([.. name.Take(64).Select(c => char.IsControl(c) ? ' ' : c)]);
}
