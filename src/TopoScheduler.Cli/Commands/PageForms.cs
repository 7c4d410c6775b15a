using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;

namespace TopoScheduler.Cli.Commands;

/// <summary>An answer in each of its forms for people.</summary>
/// <typeparam name="T">The kind of answer.</typeparam>
/// <param name="Text">Writes it as text.</param>
/// <param name="Markdown">Writes it as Markdown, with or without characters beyond ASCII.</param>
/// <param name="Html">Writes it as one HTML page, with or without characters beyond ASCII.</param>
internal sealed record PageForms<T>(Action<TextPage, T> Text, Action<TextWriter, T, bool> Markdown, Action<TextWriter, T, bool> Html)
{
    /// <summary>Forms of an answer that is laid out once for Markdown and HTML.</summary>
    public PageForms(Action<TextPage, T> text, Func<T, Sheet> sheet)
        : this(text, (output, view, unicode) => MarkdownSheet.Write(output, sheet(view), unicode), (output, view, unicode) => HtmlSheet.Write(output, sheet(view), unicode))
    {
    }
}
