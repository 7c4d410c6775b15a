using System.Globalization;
using System.Text;

namespace TopoScheduler.Testing.Samples;

/// <summary>
/// A cluster file in the making, as <c>kubectl get nodes,pods -A -o yaml</c> prints it, trimmed to what matters and with maps in flow style.
/// </summary>
internal sealed class SampleCluster
{
    private readonly StringBuilder _text = new();
    private int _uid;

    /// <summary>Begins a file with a comment: what it is, and a drawing.</summary>
    public SampleCluster(string comment)
    {
        foreach (var line in comment.Split('\n')) _text.Append(line.Length > 0 ? $"# {line}\n" : "#\n");
        _text.Append("apiVersion: v1\nkind: List\nitems:\n");
    }

    /// <summary>Adds a node.</summary>
    /// <param name="name">Its name; also its hostname label.</param>
    /// <param name="labels">Further labels.</param>
    /// <param name="allocatable">What it offers.</param>
    /// <param name="ready">Its Ready condition.</param>
    /// <param name="cordoned">Whether it takes no new pods.</param>
    public void Node(string name, IEnumerable<(string Key, string Value)> labels, IEnumerable<(string Key, string Value)> allocatable, bool ready = true, bool cordoned = false)
    {
        Object("v1", "Node");
        _text.Append($"    name: {name}\n    uid: {Uid()}\n    labels: {Map([("kubernetes.io/hostname", name), ("kubernetes.io/os", "linux"), .. labels])}\n");
        if (cordoned)
        {
            _text.Append("  spec:\n    unschedulable: true\n    taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]\n");
        }

        var status = ready ? "\"True\", reason: KubeletReady" : "\"Unknown\", reason: NodeStatusUnknown";
        _text.Append($"  status:\n    allocatable: {Map(allocatable)}\n    conditions: [{{type: Ready, status: {status}}}]\n");
    }

    /// <summary>Adds a running pod.</summary>
    /// <param name="pod">The pod.</param>
    public void Pod(SamplePod pod)
    {
        Object("v1", "Pod");
        _text.Append($"    name: {pod.Name}\n    namespace: {pod.Namespace}\n    uid: {Uid()}\n");
        if (pod.Workload is { } workload) _text.Append($"    annotations: {{toposcheduler.io/workload: {workload}}}\n");
        var controller = pod.Controller;
        _text.Append($"    ownerReferences: [{{apiVersion: {controller.ApiVersion}, kind: {controller.Kind}, name: {controller.Name}, uid: {Uid()}, controller: true}}]\n");
        _text.Append($"  spec:\n    nodeName: {pod.Node}\n    containers:\n      - name: main\n        resources: {{requests: {Map(pod.Requests)}}}\n");
        _text.Append("  status: {phase: Running}\n");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>A number with leading zeros.</summary>
    public static string Number(int number, int digits) => number.ToString($"D{digits}", CultureInfo.InvariantCulture);

    private static string Map(IEnumerable<(string Key, string Value)> entries) => $"{{{string.Join(", ", entries.Select(e => $"{e.Key}: {Scalar(e.Value)}"))}}}";

    // Label values and quantities are strings: what YAML would read as something else is quoted.
    private static string Scalar(string value) => value.All(c => char.IsAsciiDigit(c) || c is '.') || value is "true" or "false" ? $"\"{value}\"" : value;

    private void Object(string apiVersion, string kind) => _text.Append($"- apiVersion: {apiVersion}\n  kind: {kind}\n  metadata:\n");

    private string Uid() => $"00000000-0000-4000-8000-{(++_uid).ToString("x12", CultureInfo.InvariantCulture)}";
}
