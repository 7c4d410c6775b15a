using System.CommandLine;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched gates remove</c>: takes our gate off every waiting pod, for the time when nobody places gangs any more.</summary>
internal sealed class GatesRemoveCommand : DocumentedCommand
{
    private static readonly TimeSpan ProgressPause = TimeSpan.FromSeconds(2);

    private readonly CliConsole _console;
    private readonly Option<string?> _kubeconfig = LiveCluster.Kubeconfig();
    private readonly Option<string?> _context = LiveCluster.Context();
    private readonly Option<string> _output = OutputOption.Form("text for people, json for programs.", "text", "json");
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Count the pods that wait; change nothing." };

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Only the pods of this namespace.",
        HelpName = "name",
        CustomParser = OptionValues.Namespace,
    };

    private readonly Option<string?> _webhook = new("--webhook")
    {
        Description = "First delete this MutatingWebhookConfiguration, so that no pod gets a gate any more.",
        HelpName = "name",
    };

    /// <summary>The command on a console.</summary>
    public GatesRemoveCommand(CliConsole console)
        : base("remove", "Take the gate off every waiting pod, without a place for it: the scheduler finds one. For the end of toposcheduler in a cluster.")
    {
        _console = console;
        foreach (var option in (Option[])[_kubeconfig, _context, _namespace, _webhook, _dryRun, _output]) Add(option);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("How many pods wait behind our gate?", "gates remove --dry-run"),
        ("Before toposcheduler is removed from the cluster", "gates remove --webhook toposcheduler"),
        ("Only one namespace, for a program", "gates remove --namespace ml -o json"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var client = LiveCluster.Connect(_console, parsed.GetValue(_kubeconfig), parsed.GetValue(_context));
        try
        {
            return await RunAsync(client, parsed, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            CommandLine.Tell(_console, e.Message);
            return ExitCodes.Failed;
        }
    }

    private async Task<int> RunAsync(ApiClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var isJson = parsed.GetValue(_output) == "json";
        var removal = new GateRemoval(client) { Namespace = parsed.GetValue(_namespace), Progress = isJson ? null : Progress() };
        GateRemovalView view;
        if (parsed.GetValue(_dryRun))
        {
            view = GateRemovalView.OfCount(await removal.CountAsync(cancellation).ConfigureAwait(false));
        }
        else
        {
            var webhook = parsed.GetValue(_webhook);
            var isDeleted = webhook is null ? (bool?)null : await removal.DeleteWebhookAsync(webhook, cancellation).ConfigureAwait(false);
            view = GateRemovalView.Of(await removal.RunAsync(cancellation).ConfigureAwait(false), isDeleted);
        }

        if (isJson) _console.Out.Write(AnswerJson.Text(view));
        else GateRemovalText.Write(_console.Out, view);
        foreach (var pod in view.Left) CommandLine.Tell(_console, $"pod/{pod.Namespace}/{pod.Name} keeps its gate: {pod.Message}");
        return view.Left.IsEmpty ? ExitCodes.Placed : ExitCodes.Failed;
    }

    // A line now and then, however many gates there are.
    private Action<int, int> Progress()
    {
        var (turn, last) = (new Lock(), (long?)null);
        return (removed, found) =>
        {
            lock (turn)
            {
                if (TimeProvider.System.GetElapsedTime(last ??= TimeProvider.System.GetTimestamp()) < ProgressPause) return;
                last = TimeProvider.System.GetTimestamp();
                _console.Out.Write($"{GateRemovalText.Count(removed)} of {GateRemovalText.Count(found)} gates are off\n");
                _console.Out.Flush();
            }
        };
    }
}
