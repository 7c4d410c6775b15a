using System.Collections;
using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched serve</c>: the scheduler extender and its health, until it is told to stop.</summary>
internal sealed class ServeCommand : DocumentedCommand
{
    private readonly CliConsole _console;
    private readonly Option<string> _config = new("--config")
    {
        Description = "Settings, YAML or JSON. The environment (TOPOSCHEDULER__LISTEN__URL) wins over it, this command line over both.",
        HelpName = "file",
    };

    // The options of the command line, each with the setting it stands for.
    private readonly (Option Option, string Key)[] _settings =
    [
        (Text("--cluster", "file", "Serve a cluster file: try the extender with no cluster.", "-c"), "source:cluster"),
        (Text("--kubeconfig", "file", "Serve the live cluster of this kubeconfig file."), "source:kubeconfig"),
        (Text("--context", "name", "The context of the kubeconfig file."), "source:context"),
        (Text("--listen", "url", "Where to listen. Default http://127.0.0.1:8888."), "listen:url"),
        (Text("--health-listen", "url", "Another address for /healthz, /livez and /readyz alone."), "listen:healthUrl"),
        (new Option<bool>("--allow-non-loopback") { Description = "Lets --listen be reached from other machines without a client certificate: anybody may have pods bound." }, "listen:allowNonLoopback"),
        (Text("--log-format", "form", "text or json. Default text on a terminal, else json."), "log:format"),
    ];

    /// <summary>The command on a console.</summary>
    public ServeCommand(CliConsole console)
        : base("serve", "Serve the scheduler extender (POST /scheduler/filter, prioritize, bind, preempt) and health (/healthz, /livez, /readyz).")
    {
        _console = console;
        foreach (var (option, _) in _settings) Add(option);
        Add(_config);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("Try the extender with no cluster", "serve --cluster cluster.yaml"),
        ("On another port, health for probes from outside the pod", "serve --cluster cluster.yaml --listen http://127.0.0.1:9000 --health-listen http://0.0.0.0:9001"),
    ];

    private static Option<string> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description };

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        ServeSettings settings;
        try
        {
            var file = parsed.GetValue(_config) is { } path ? SettingsFile.Read(path) : [];
            settings = ServeSettings.Load(new(file, OfEnvironment(), OfCommandLine(parsed)));
        }
        catch (SettingsException e)
        {
            foreach (var problem in e.Problems) CommandLine.Tell(_console, problem);
            return ExitCodes.InvalidInput;
        }

        if (settings.Source.Cluster is { Length: > 0 } cluster)
        {
            if (ClusterInput.Read(new ClusterSource.OfFile(cluster, _console), _console) is not { } input) return ExitCodes.InvalidInput;
            return await ServeAsync(settings, loggers => Scheduling.OfFile(settings, input.Content, loggers), cancellation).ConfigureAwait(false);
        }

        var client = LiveCluster.Connect(_console, settings.Source.Kubeconfig, settings.Source.Context);
        return await ServeAsync(settings, loggers => Scheduling.OfCluster(settings, client, loggers), cancellation).ConfigureAwait(false);
    }

    private async Task<int> ServeAsync(ServeSettings settings, Func<ILoggerFactory, Scheduling> scheduling, CancellationToken cancellation)
    {
        await using var host = new ServerHost(settings, scheduling);
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            CommandLine.Tell(_console, $"{string.Join(" or ", new[] { settings.Listen.Url, settings.Listen.HealthUrl, settings.Listen.ApiUrl, settings.Webhook.Url }.OfType<string>())} cannot be listened on: {e.Message}");
            return ExitCodes.Failed;
        }

        await host.WaitForShutdownAsync(cancellation).ConfigureAwait(false);
        return ExitCodes.Placed;
    }

    private static List<KeyValuePair<string, string>> OfEnvironment() =>
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value ?? ""))];

    private List<KeyValuePair<string, string>> OfCommandLine(ParseResult parsed) =>
        [.. _settings.Where(s => parsed.GetResult(s.Option) is { Implicit: false }).Select(s => KeyValuePair.Create(s.Key, Value(parsed, s.Option)))];

    private static string Value(ParseResult parsed, Option option) =>
        option is Option<bool> flag ? (parsed.GetValue(flag) ? "true" : "false") : parsed.GetValue((Option<string>)option) ?? "";
}
