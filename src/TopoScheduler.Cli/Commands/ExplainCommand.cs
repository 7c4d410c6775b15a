using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Cli.Reports.Sheets;
using TopoScheduler.Core.Placement.Explain;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched explain</c>: the options, and nothing else; the work is in <see cref="ExplainRun"/>.</summary>
internal sealed class ExplainCommand : ReadingCommand
{
    private readonly Argument<ExplanationSubjectKind> _kind = new("kind")
    {
        Description = "pod, gang or node. A gang is a Job, JobSet or other job, or pods grouped by annotation.",
        HelpName = "pod|gang|node",
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            switch (text)
            {
                case "pod": return ExplanationSubjectKind.Pod;
                case "gang": return ExplanationSubjectKind.Gang;
                case "node": return ExplanationSubjectKind.Node;
                default:
                    argument.AddError($"argument \"{text}\": expected pod, gang or node.");
                    return default;
            }
        },
    };

    private readonly Argument<string> _name = new("name")
    {
        Description = "Its name; of a gang that of its job, with the kind before it where two have one name: jobset/llama.",
        HelpName = "name",
    };

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Its namespace. Without it that of the context, or default.",
        HelpName = "name",
        CustomParser = OptionValues.Namespace,
    };

    private readonly Option<string?> _before = new("--before")
    {
        Description = "The same cluster at an earlier time: says what has changed since.",
        HelpName = "file",
    };

    private readonly Option<DateTimeOffset?> _at = ClusterInput.AtOption();
    private readonly PageOptions<Explanation> _page = new(new(ExplanationText.Write, ExplanationSheet.Of), "every note");

    /// <summary>The command on a console.</summary>
    public ExplainCommand(CliConsole console)
        : base(console, "explain", "Why does a pod or gang wait, or run where it runs; what of a node is left, and who could not use it? Changes nothing.", canWatch: true)
    {
        // An enum would be completed by its names in this code.
        _kind.CompletionSources.Clear();
        _kind.CompletionSources.Add("pod", "gang", "node");
        Add(_kind);
        Add(_name);
        Add(_namespace);
        Add(_before);
        Add(_at);
        _page.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Why does this job wait?", "explain gang llama -n ml --cluster cluster.yaml"),
        ("On the live cluster that kubectl finds", "explain gang llama -n ml"),
        ("Why does this pod wait; for a program", "explain pod llama-0 -n ml --cluster cluster.yaml -o json"),
        ("As a comment on a ticket", "explain gang llama -n ml --cluster cluster.yaml -o markdown"),
        ("Who is on this node, and which waiting gangs could not use it?", "explain node dgx-07 --cluster cluster.yaml"),
        ("What has changed since this morning?", "explain gang llama -n ml --cluster now.yaml --before morning.yaml"),
    ];

    /// <inheritdoc/>
    protected override int Answer(ParseResult parsed, ClusterSource source, CliConsole console)
    {
        var request = new ExplainRequest
        {
            Kind = parsed.GetValue(_kind),
            Name = parsed.GetRequiredValue(_name),
            Source = source,
            Namespace = parsed.GetValue(_namespace) ?? source.Namespace,
            Before = parsed.GetValue(_before),
            At = parsed.GetValue(_at),
        };
        if (new ExplainRun(console).Ask(request) is not { } answer) return ExitCodes.InvalidInput;
        _page.Write(parsed, console, answer);
        return ExitCodes.Placed;
    }
}
