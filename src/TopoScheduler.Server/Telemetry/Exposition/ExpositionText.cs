using System.Buffers;
using System.Globalization;
using System.Text;

namespace TopoScheduler.Server.Telemetry.Exposition;

/// <summary>
/// Lines of Prometheus' text format 0.0.4, written as UTF-8. Label values and help are escaped as it asks; nothing else needs to be, because names come from
/// <see cref="MetricCatalogue"/>.
/// </summary>
/// <param name="output">Where they go.</param>
internal sealed class ExpositionText(IBufferWriter<byte> output)
{
    private const int LongestNumber = 32;

    private static readonly SearchValues<char> InLabels = SearchValues.Create("\\\"\n");
    private static readonly SearchValues<char> InHelp = SearchValues.Create("\\\n");

    /// <summary>The head of a metric.</summary>
    public void Head(string name, string help, MetricKind kind)
    {
        Raw("# HELP "u8);
        Text(name);
        Raw(" "u8);
        Escaped(help, InHelp);
        Raw("\n# TYPE "u8);
        Text(name);
        Raw(kind switch { MetricKind.Counter => " counter\n"u8, MetricKind.Histogram => " histogram\n"u8, _ => " gauge\n"u8 });
    }

    /// <summary>A sample with a whole number.</summary>
    public void Sample(SampleName name, ReadOnlySpan<KeyValuePair<string, object?>> labels, long value)
    {
        Start(name, labels);
        var room = output.GetSpan(LongestNumber);
        value.TryFormat(room, out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
        Raw("\n"u8);
    }

    /// <summary>A sample with any number.</summary>
    public void Sample(SampleName name, ReadOnlySpan<KeyValuePair<string, object?>> labels, double value)
    {
        Start(name, labels);
        Number(value);
        Raw("\n"u8);
    }

    private void Start(SampleName name, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Text(name.Name);
        Text(name.Suffix);
        if (labels.IsEmpty && name.Bound is null)
        {
            Raw(" "u8);
            return;
        }

        var before = "{"u8;
        foreach (var (key, value) in labels)
        {
            Raw(before);
            before = ","u8;
            Text(key);
            Raw("=\""u8);
            Escaped(value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", InLabels);
            Raw("\""u8);
        }

        if (name.Bound is { } bound)
        {
            Raw(before);
            Raw("le=\""u8);
            Number(bound);
            Raw("\""u8);
        }

        Raw("} "u8);
    }

    private void Number(double value)
    {
        if (double.IsPositiveInfinity(value)) Raw("+Inf"u8);
        else if (double.IsNegativeInfinity(value)) Raw("-Inf"u8);
        else if (double.IsNaN(value)) Raw("NaN"u8);
        else
        {
            var room = output.GetSpan(LongestNumber);
            value.TryFormat(room, out var written, "R", CultureInfo.InvariantCulture);
            output.Advance(written);
        }
    }

    private void Escaped(ReadOnlySpan<char> text, SearchValues<char> special)
    {
        while (text.IndexOfAny(special) is >= 0 and var at)
        {
            Text(text[..at]);
            Raw(text[at] switch { '\n' => "\\n"u8, '"' => "\\\""u8, _ => "\\\\"u8 });
            text = text[(at + 1)..];
        }

        Text(text);
    }

    // Half of a surrogate pair becomes U+FFFD: the format is UTF-8.
    private void Text(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty) Encoding.UTF8.GetBytes(text, output);
    }

    private void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
