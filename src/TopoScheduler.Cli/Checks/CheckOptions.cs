using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace TopoScheduler.Cli.Checks;

/// <summary>The options by which a CI system is told: <c>--fail-if</c> and <c>--junit</c>.</summary>
internal sealed class CheckOptions
{
    private readonly Option<FailRule[]> _failIf = new("--fail-if")
    {
        Description = "End with 4 when this holds for a job: a path into its report as JSON, an operator and a value. May be given several times.",
        HelpName = "estimate.gapPercent>10",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Rules,
    };

    private readonly Option<string?> _junit = new("--junit") { Description = "Write JUnit XML to this file too, a test case a job.", HelpName = "file" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_failIf);
        command.Add(_junit);
    }

    /// <summary>What they say.</summary>
    public ReportChecks Checks(ParseResult parsed) => new([.. parsed.GetValue(_failIf) ?? []], parsed.GetValue(_junit));

    private static FailRule[] Rules(ArgumentResult argument)
    {
        var rules = ImmutableArray.CreateBuilder<FailRule>();
        foreach (var token in argument.Tokens)
        {
            var (rule, error) = FailRuleReader.Read(token.Value);
            if (rule is null) argument.AddError($"option --fail-if=\"{token.Value}\": {error}.");
            else rules.Add(rule);
        }

        return [.. rules];
    }
}
