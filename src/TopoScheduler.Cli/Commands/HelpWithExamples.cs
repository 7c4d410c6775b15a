using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TopoScheduler.Cli.Commands;

/// <summary>The usual help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, string program) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.MaxWidth = 100;
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var examples = parseResult.CommandResult.Command switch
        {
            DocumentedCommand command => command.Examples,
            var other => [.. other.Subcommands.OfType<DocumentedCommand>().Select(c => c.Examples[0])],
        };
        output.WriteLine("Examples:");
        foreach (var (what, arguments) in examples)
        {
            output.WriteLine($"  # {what}");
            output.WriteLine($"  {program} {arguments}");
            output.WriteLine();
        }

        return code;
    }
}
