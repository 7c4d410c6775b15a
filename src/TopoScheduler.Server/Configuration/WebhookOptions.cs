using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Server.Configuration;

/// <summary>The admission webhooks: the gate on new pods, and limits that hold for other schedulers too.</summary>
public sealed class WebhookOptions
{
    /// <summary>Address the API server calls, for these paths alone.</summary>
    /// <value>Default none: no webhook.</value>
    public string? Url { get; set; }

    /// <summary>PEM of the certificate, its chain after it. Read again when it changes.</summary>
    /// <value>Needed with <see cref="Url"/>.</value>
    public string? CertFile { get; set; }

    /// <summary>PEM of its key, not encrypted.</summary>
    /// <value>Needed with <see cref="Url"/>.</value>
    public string? KeyFile { get; set; }

    /// <summary>PEM of the authorities whose clients may connect: that of the API server's certificate for webhooks. Read again when it changes.</summary>
    /// <value>Default none: no certificate is asked for.</value>
    public string? ClientCaFile { get; set; }

    /// <summary>Names, separated by commas, of which a client's certificate must bear one: its common name, or an alternative name of a host, mail or URI.</summary>
    /// <value>Default none: any client of <see cref="ClientCaFile"/>.</value>
    public string ClientNames { get; set; } = "";

    /// <summary>Put our scheduling gate on managed pods.</summary>
    /// <value>Default true.</value>
    public bool Gate { get; set; } = true;

    /// <summary>Namespaces, separated by commas, whose pods are managed.</summary>
    /// <value>Default none: all but those of the cluster itself and our own.</value>
    public string Namespaces { get; set; } = "";

    /// <summary>Schedulers, separated by commas, whose pods are managed.</summary>
    /// <value>Default <c>default-scheduler,topo-scheduler</c>.</value>
    public string Schedulers { get; set; } = "default-scheduler,topo-scheduler";

    /// <summary>Where toposched runs; pods there are never held back.</summary>
    /// <value>Default what the environment variable <c>POD_NAMESPACE</c> says, else <c>toposcheduler-system</c>.</value>
    public string OwnNamespace { get; set; } = "toposcheduler-system";

    /// <summary><c>bindings</c>: a pod bound by anybody must keep node and power domains within their limits.</summary>
    /// <value>Default <c>none</c>.</value>
    [RegularExpression("none|bindings", ErrorMessage = "expected none or bindings.")]
    public string Enforce { get; set; } = "none";

    /// <summary>User name of toposched at the API server: pods it binds are not looked up where they count already.</summary>
    /// <value>Default none: its bindings pass because their pods count already, after a look at each.</value>
    public string OwnUser { get; set; } = "";

    /// <summary>Seconds an approved Binding of somebody else counts before the pod is looked up, unless the watch shows it earlier.</summary>
    /// <value>Default 40: an API server that is slow may write a Binding up to 34 seconds after it was asked for.</value>
    [Range(1, 600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int AssumeSeconds { get; set; } = 40;

    /// <summary>True when limits are enforced.</summary>
    internal bool EnforcesBindings => Enforce == "bindings";

    /// <summary>Which pods are managed.</summary>
    internal ManagedPods ManagedPods() => new() { OwnNamespace = OwnNamespace, Namespaces = SetOf(Namespaces), Schedulers = SetOf(Schedulers) };

    /// <summary>Names of which a client must bear one.</summary>
    internal ImmutableHashSet<string> ClientNameSet => SetOf(ClientNames);

    private static ImmutableHashSet<string> SetOf(string names) => [.. OptionNames.Of(names)];
}
