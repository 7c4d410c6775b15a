using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TopoScheduler.Server.Tests.Telemetry.Exposition;

/// <summary>
/// Reads Prometheus' text format 0.0.4 strictly, by its description and not by our writer: every sample stands under the head of its metric, a metric has one
/// head, no series is there twice, and the buckets of a histogram rise to its count.
/// </summary>
internal sealed partial class ExpositionReader
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heads = new(StringComparer.Ordinal);
    private (string Name, string Type) _head = ("", "");
    private string? _help;

    private ExpositionReader()
    {
    }

    /// <summary>All samples.</summary>
    public List<ExpositionSample> Samples { get; } = [];

    /// <summary>Help by metric.</summary>
    public Dictionary<string, string> Help { get; } = new(StringComparer.Ordinal);

    /// <summary>Type by metric.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a page.</summary>
    public static ExpositionReader Read(ReadOnlySpan<byte> page)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(page);
        Assert.True(text.Length == 0 || text.EndsWith('\n'), "the last line has an end");
        var reader = new ExpositionReader();
        foreach (var line in text.Split('\n')[..^1]) reader.Line(line);
        reader.CheckBuckets();
        return reader;
    }

    private void Line(string line)
    {
        if (Head().Match(line) is { Success: true } head)
        {
            var name = head.Groups[2].Value;
            if (head.Groups[1].Value == "HELP")
            {
                Assert.True(_heads.Add(name), $"{name} has two heads");
                (_help, Help[name]) = (name, Unescaped(head.Groups[3].Value));
                return;
            }

            Assert.Equal(_help, name);
            Assert.Contains(head.Groups[3].Value, (string[])["counter", "gauge", "histogram"]);
            (_head, Types[name]) = ((name, head.Groups[3].Value), head.Groups[3].Value);
            return;
        }

        var sample = SampleLine().Match(line);
        Assert.True(sample.Success, $"no sample: {line}");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < sample.Groups["label"].Captures.Count; i++)
        {
            Assert.True(labels.TryAdd(sample.Groups["label"].Captures[i].Value, Unescaped(sample.Groups["value"].Captures[i].Value)), $"a label twice: {line}");
        }

        var family = sample.Groups["name"].Value;
        if (_head.Type == "histogram")
        {
            Assert.Contains(family[_head.Name.Length..], (string[])["_bucket", "_sum", "_count"]);
            Assert.Equal(family.EndsWith("_bucket", StringComparison.Ordinal), labels.ContainsKey("le"));
            family = _head.Name;
        }

        Assert.Equal(_head.Name, family);
        Assert.True(_seen.Add(line[..line.LastIndexOf(' ')]), $"a series twice: {line}");
        Samples.Add(new(sample.Groups["name"].Value, labels, Number(sample.Groups["number"].Value)));
    }

    private void CheckBuckets()
    {
        var histograms = Samples.Where(s => s.Labels.ContainsKey("le"))
            .GroupBy(s => (s.Name, string.Join('\u0001', s.Labels.Where(l => l.Key != "le").Select(l => $"{l.Key}\u0002{l.Value}"))));
        foreach (var histogram in histograms)
        {
            var bounds = histogram.Select(s => Number(s.Labels["le"])).ToList();
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(histogram.Select(s => s.Value).Order(), histogram.Select(s => s.Value));
            var others = histogram.First().Labels.Where(l => l.Key != "le").ToList();
            var count = Samples.Single(s => s.Name == histogram.Key.Name.Replace("_bucket", "_count", StringComparison.Ordinal) && s.Labels.SequenceEqual(others));
            Assert.Equal(histogram.Last().Value, count.Value);
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescaped(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\') plain.Append(text[i]);
            else plain.Append(text[++i] switch { 'n' => '\n', '"' => '"', '\\' => '\\', var other => throw new FormatException($"\\{other} means nothing") });
        }

        return plain.ToString();
    }

    [GeneratedRegex("^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex Head();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\]|\\.)*)"(?:,(?!\})|(?=\})))+\})? (?<number>\S+)$""", RegexOptions.Singleline)]
    private static partial Regex SampleLine();
}
