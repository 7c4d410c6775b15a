using System.Collections.Immutable;
using System.CommandLine;
using TopoScheduler.Cli.Checks;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched report</c>: the options, and nothing else; the work is in <see cref="ReportRun"/>.</summary>
internal sealed class ReportCommand : ReadingCommand
{
    /// <summary>Narrowest page the text report can be drawn on.</summary>
    internal const int MinWidth = 60;

    private const int MaxWidth = 400;

    private readonly Option<string[]> _jobs = new("--job", "-f")
    {
        Description = "Job manifest to place; a file, a folder, or -. May be given several times: jobs are placed in order, each beside the earlier ones.",
        HelpName = "file",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<ReportFormat> _output = new("--output", "-o")
    {
        Description = "text (wide: every row) for people, json or yaml for programs, markdown for a comment on a change, html for a page with the map of the cluster. Without it text.",
        HelpName = "text|wide|json|yaml|markdown|html",
        CustomParser = OptionValues.Format,
    };

    private readonly Option<ImmutableSortedDictionary<int, double>?> _oversubscription = new("--oversubscription")
    {
        Description = "Oversubscription above a switch tier; 4 is 4:1. Tiers: leaf, spine, core, tier-N. Without it 1, and 4 at a labelled core tier.",
        HelpName = "spine=2,core=4",
        CustomParser = OversubscriptionOption.Parse,
    };

    private readonly Option<long?> _maxSteps = new("--max-steps")
    {
        Description = "Most search steps where counting does not prove the answer; more is slower and decides more. Without it 400,000.",
        HelpName = "steps",
        CustomParser = argument => OptionValues.Whole(argument, 1, long.MaxValue),
    };

    private readonly Option<bool> _assume = new("--assume-schedulable")
    {
        Description = "Take requirements that are not judged (DRA claims, unbound volumes) as met.",
    };

    private readonly CheckOptions _checks = new();

    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace of jobs that name none.",
        HelpName = "name",
        CustomParser = OptionValues.Namespace,
    };

    private readonly Option<long?> _width = new("--width")
    {
        Description = "Columns of the text report. Without it 100, or fewer on a narrower terminal.",
        HelpName = "columns",
        CustomParser = argument => OptionValues.Whole(argument, MinWidth, MaxWidth),
    };

    private readonly WhatIfOptions _whatIf = new();

    /// <summary>The command on a console.</summary>
    public ReportCommand(CliConsole console)
        : base(console, "report", "Where would these jobs land, what would they cost, and what would make them fit? Changes nothing.", canWatch: true)
    {
        // An enum would be completed by its names in this code.
        _output.CompletionSources.Clear();
        _output.CompletionSources.Add([.. Enum.GetValues<ReportFormat>().Select(OptionValues.NameOf)]);
        Add(_jobs);
        Add(_output);
        Add(_oversubscription);
        Add(_maxSteps);
        Add(_assume);
        _whatIf.AddTo(this);
        Add(_at);
        _checks.AddTo(this);
        Add(_namespace);
        Add(_width);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Where would this job land?", "report --cluster cluster.yaml --job job.yaml"),
        ("On the live cluster that kubectl finds", "report --job job.yaml"),
        ("Two jobs, the second beside the first; figures for a program", "report --cluster cluster.json.gz --job first.yaml --job second.yaml -o json"),
        ("In CI: fail when the network costs it more than a tenth", "report --job job.yaml --fail-if \"estimate.gapPercent>10\" --junit report.xml"),
        ("A page to open, print or forward", "report --cluster cluster.yaml --job job.yaml -o html > report.html"),
        ("A fabric with 2:1 above the spines and 4:1 above the cores", "report --cluster cluster.yaml --job job.yaml --oversubscription spine=2,core=4"),
        ("What if rack r7 had 90 kW and every other budget were 10% lower?", "report --cluster cluster.yaml --job job.yaml --budget rack/r7=90kW --budget-all -10%"),
        ("What if row w2 were drained and rack r7 had two more like it?", "report --cluster cluster.yaml --job job.yaml --drain row/w2 --add-racks rack/r7=2"),
        ("What if feed A were lost, with everything below priority 100 ended?", "report --cluster cluster.yaml --job job.yaml --lose-feed A --finish-below 100"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console) => new ReportRun(console).Execute(Request(parsed, source));

    private ReportRequest Request(ParseResult parsed, ClusterSource source)
    {
        var links = LinkTable.Default;
        if (parsed.GetValue(_oversubscription) is { } byTier) links = links with { OversubscriptionByTier = byTier };
        return new()
        {
            Source = source,
            Jobs = [.. parsed.GetRequiredValue(_jobs)],
            Format = parsed.GetValue(_output),
            Namespace = parsed.GetValue(_namespace),
            Width = (int?)parsed.GetValue(_width),
            At = parsed.GetValue(_at),
            Checks = _checks.Checks(parsed),
            Scenario = _whatIf.Request(parsed),
            Policy = PlacementPolicy.Default with
            {
                Links = links,
                MaxSteps = parsed.GetValue(_maxSteps) ?? PlacementPolicy.Default.MaxSteps,
                AssumeSchedulable = parsed.GetValue(_assume),
            },
        };
    }
}
