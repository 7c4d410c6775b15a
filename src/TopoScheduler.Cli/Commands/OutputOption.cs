using System.CommandLine;
using System.Text.Json;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>The options of every command that prints a page: which form, how wide.</summary>
internal static class OutputOption
{
    private const int MaxWidth = 400;

    /// <summary>The option <c>--output</c> with the forms a command knows, the first being the default.</summary>
    public static Option<string> Form(string description, params string[] forms) => new("--output", "-o")
    {
        Description = description,
        HelpName = string.Join('|', forms),
        DefaultValueFactory = _ => forms[0],
        CompletionSources = { forms },
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (!forms.Contains(text)) argument.AddError($"option --output=\"{text}\": expected {string.Join(", ", forms[..^1])} or {forms[^1]}.");
            return text;
        },
    };

    /// <summary>The option <c>--width</c>.</summary>
    public static Option<long?> Width() => new("--width")
    {
        Description = "Columns of the text page. Without it 100, or fewer on a narrower terminal.",
        HelpName = "columns",
        CustomParser = argument => OptionValues.Whole(argument, ReportCommand.MinWidth, MaxWidth),
    };

    /// <summary>A page for the console.</summary>
    public static TextPage Page(CliConsole console, long? width, string? form = null) => new(console.Out, Style(console, width, form == "wide"));

    /// <summary>What the page of a console can show.</summary>
    public static TextStyle Style(CliConsole console, long? width, bool isWide) =>
        new((int?)width ?? (isWide ? TextStyle.WideWidth : Math.Clamp(console.TerminalWidth ?? TextStyle.DefaultWidth, ReportCommand.MinWidth, TextStyle.DefaultWidth)), console.Colour, console.Unicode)
        {
            IsWide = isWide,
        };

    /// <summary>Writes an answer as YAML.</summary>
    public static void WriteYaml(TextWriter output, string json)
    {
        using var document = JsonDocument.Parse(json);
        YamlText.Write(output, document.RootElement);
    }
}
