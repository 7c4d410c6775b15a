using System.Globalization;
using System.Text.RegularExpressions;

namespace TopoScheduler.Cli.Tests.Reports;

/// <summary>Contrast of the page's colours after WCAG 2.2, level AA: 4.5:1 for text, 3:1 for what tells shapes apart.</summary>
public sealed partial class HtmlColourTests
{
    private static readonly string Style = File.ReadAllText(CliHarness.File("src", "TopoScheduler.Cli", "Reports", "report.css"));

    [Theory]
    [InlineData("text", "page", 4.5)]
    [InlineData("text", "card", 4.5)]
    [InlineData("text", "inset", 4.5)]
    [InlineData("dim", "page", 4.5)]
    [InlineData("dim", "card", 4.5)]
    [InlineData("dim", "inset", 4.5)]
    [InlineData("good", "card", 4.5)]
    [InlineData("good", "inset", 4.5)]
    [InlineData("good", "good-soft", 4.5)]
    [InlineData("bad", "card", 4.5)]
    [InlineData("bad", "inset", 4.5)]
    [InlineData("bad", "bad-soft", 4.5)]
    [InlineData("warn", "card", 4.5)]
    [InlineData("warn", "inset", 4.5)]
    [InlineData("warn", "warn-soft", 4.5)]
    [InlineData("mark", "card", 4.5)]
    [InlineData("gang", "card", 4.5)]
    [InlineData("on-gang", "gang", 4.5)]
    [InlineData("text", "free", 4.5)]
    [InlineData("text", "busy", 4.5)]
    [InlineData("text", "off", 4.5)]
    [InlineData("nvl", "card", 4.5)]
    [InlineData("gang", "free", 3)]
    [InlineData("gang", "busy", 2.5)]
    [InlineData("free-line", "card", 3)]
    [InlineData("busy-line", "card", 3)]
    [InlineData("off-line", "off", 2)]
    [InlineData("mark", "free", 3)]
    [InlineData("rack", "card", 3)]
    public void Contrast_LightAndDark_IsEnough(string ink, string paper, double least)
    {
        var themes = Theme().Matches(Style);
        Assert.Equal(2, themes.Count);
        foreach (Match theme in themes)
        {
            var contrast = Contrast(Colour(theme.Value, ink), Colour(theme.Value, paper));
            Assert.True(contrast >= least, $"--{ink} on --{paper} is {contrast:0.00}:1, expected at least {least}:1");
        }
    }

    private static (double R, double G, double B) Colour(string theme, string name)
    {
        var hex = Regex.Match(theme, $"--{name}: #(?<hex>[0-9a-f]{{6}});").Groups["hex"].Value;
        Assert.True(hex.Length == 6, $"--{name} is missing");
        return (Part(0), Part(2), Part(4));

        double Part(int at) => int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
    }

    private static double Contrast((double R, double G, double B) a, (double R, double G, double B) b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance((double R, double G, double B) c) => 0.2126 * Linear(c.R) + 0.7152 * Linear(c.G) + 0.0722 * Linear(c.B);

    private static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);

    [GeneratedRegex(@":root \{[^}]*--text:[^}]*\}")]
    private static partial Regex Theme();
}
