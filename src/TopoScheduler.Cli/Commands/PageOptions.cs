using System.CommandLine;

namespace TopoScheduler.Cli.Commands;

/// <summary>The options of a command whose answer can be had in every form, and the one place that writes it in the form asked for.</summary>
/// <typeparam name="T">The kind of answer.</typeparam>
internal sealed class PageOptions<T>
{
    private readonly PageForms<T> _forms;
    private readonly Option<string> _output;
    private readonly Option<long?> _width = OutputOption.Width();

    /// <summary>The options <c>--output</c> and <c>--width</c>.</summary>
    /// <param name="forms">Writes the answer for people.</param>
    /// <param name="wide">What the wide text has more: <c>every row</c>.</param>
    /// <param name="others">Further forms, which the command writes itself, with what they are for.</param>
    public PageOptions(PageForms<T> forms, string wide, params (string Form, string For)[] others)
    {
        _forms = forms;
        var further = string.Concat(others.Select(o => $", {o.Form} for {o.For}"));
        _output = OutputOption.Form(
            $"text (wide: {wide}) for people, json or yaml for programs, markdown for a comment, html for one page to open, print or forward{further}.",
            ["text", "wide", "json", "yaml", "markdown", "html", .. others.Select(o => o.Form)]);
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_output);
        command.Add(_width);
    }

    /// <summary>The form asked for.</summary>
    public string? Form(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>Writes an answer in the form asked for.</summary>
    public void Write(ParseResult parsed, CliConsole console, Answered<T> answer)
    {
        var form = Form(parsed);
        switch (form)
        {
            case "json":
                console.Out.Write(answer.Json());
                break;
            case "yaml":
                OutputOption.WriteYaml(console.Out, answer.Json());
                break;
            case "markdown":
                _forms.Markdown(console.Out, answer.View, console.Unicode);
                break;
            case "html":
                _forms.Html(console.Out, answer.View, console.Unicode);
                break;
            default:
                _forms.Text(OutputOption.Page(console, parsed.GetValue(_width), form), answer.View);
                break;
        }
    }
}
