using System.Collections.Immutable;
using System.CommandLine;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Cli.Commands;

/// <summary>The options that say what shall be different from the cluster as it is. Their texts are read where the cluster is known.</summary>
internal sealed class WhatIfOptions
{
    private readonly Option<string[]> _drain = Texts(
        "--drain", "rack/r7", "What if this place were drained? node, nvlink-domain, leaf, spine, core, rack, pdu, row or facility; who is there is placed elsewhere. May be given several times.");

    private readonly Option<string[]> _addRacks = Texts(
        "--add-racks", "rack/r7=2", "What if there were more racks like this one, empty, below the same PDUs, or more leaves (leaf/s1/l3=1)? May be given several times.");

    private readonly Option<string[]> _budget = Texts(
        "--budget", "rack/r7=90kW", "Count with another budget: watts (90000, 90kW, 0.09MW), a signed percentage of the present one (-10%), or none. May be given several times.");

    private readonly Option<string?> _budgetAll = new("--budget-all")
    {
        Description = "Count with every budget that --budget does not name changed by a signed percentage.",
        HelpName = "-10%",
    };

    private readonly Option<string[]> _loseFeed = Texts("--lose-feed", "A|B", "What if this power feed were lost?");

    private readonly Option<string[]> _finish = Texts(
        "--finish", "job/ml/llama", "What if this gang, or this lone pod (pod/ml/shell), had ended? May be given several times.");

    private readonly Option<long?> _finishBelow = new("--finish-below")
    {
        Description = "What if everything of a lower priority had ended?",
        HelpName = "priority",
        CustomParser = argument => OptionValues.Whole(argument, 0, int.MaxValue),
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_drain);
        command.Add(_addRacks);
        command.Add(_loseFeed);
        command.Add(_finish);
        command.Add(_finishBelow);
        command.Add(_budget);
        command.Add(_budgetAll);
    }

    /// <summary>What they say.</summary>
    public ScenarioRequest Request(ParseResult parsed) => new()
    {
        Drain = All(parsed, _drain),
        AddRacks = All(parsed, _addRacks),
        Budget = All(parsed, _budget),
        BudgetAll = parsed.GetValue(_budgetAll),
        LoseFeed = All(parsed, _loseFeed),
        Finish = All(parsed, _finish),
        FinishBelow = (int?)parsed.GetValue(_finishBelow),
    };

    /// <summary>What is not understood, as the user of the options wrote it: <c>option --add-racks="rack/r7=x": …</c>.</summary>
    public static string Message(Problem problem) => $"option --{string.Concat(Field(problem.Object).Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"))}"
        + $"{problem.Object[Field(problem.Object).Length..]}: {problem.Message}";

    private static string Field(string obj) => obj[..obj.IndexOf('=', StringComparison.Ordinal)];

    private static ImmutableArray<string> All(ParseResult parsed, Option<string[]> option) => [.. parsed.GetValue(option) ?? []];

    private static Option<string[]> Texts(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
