using System.Globalization;
using System.Text;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Api.Leases;

namespace TopoScheduler.Kubernetes.Api.Events;

/// <summary>Events as the server takes them: within its limits.</summary>
internal sealed class EventText
{
    private const int LongestWord = 128;
    private const int LongestNote = 1024;
    private const int LongestName = 253;

    private readonly string _controller;
    private readonly string _instance;
    private readonly TimeProvider _time;
    private readonly string _run = Guid.NewGuid().ToString("N")[..10];
    private int _number;

    public EventText(string controller, string instance, TimeProvider time)
    {
        if (string.IsNullOrEmpty(controller) || string.IsNullOrEmpty(instance))
        {
            throw new ArgumentException("The controller or its instance is empty, expected who reports the events.");
        }

        (_controller, _instance, _time) = (controller, Cut(instance, LongestWord), time);
    }

    /// <summary>Where its event goes: that of its subject. For subjects without one old servers (1.20) take <c>kube-system</c> alone, later ones also <c>default</c>.</summary>
    public static string NamespaceOf(EventNote note) => note.Subject.Key.Namespace is { Length: > 0 } ns ? ns : "kube-system";

    /// <summary>The note within the limits.</summary>
    public static EventNote Fitting(EventNote note) => note with
    {
        Reason = note.Reason.Length == 0 ? "Unknown" : Cut(note.Reason, LongestWord),
        Action = note.Action.Length == 0 ? "Unknown" : Cut(note.Action, LongestWord),
        Note = Cut(note.Note, LongestNote),
    };

    /// <summary>A first event: its name and its JSON.</summary>
    public (string Name, ReadOnlyMemory<byte> Json) New(EventNote note)
    {
        var key = note.Subject.Key;
        var ending = string.Create(CultureInfo.InvariantCulture, $".{_run}{++_number:x}");
        var name = Cut(key.Name, LongestName - ending.Length).TrimEnd('.', '-') + ending;
        var json = JsonText.Of(json =>
        {
            json.WriteString("apiVersion", "events.k8s.io/v1");
            json.WriteString("kind", "Event");
            json.WriteStartObject("metadata");
            json.WriteString("name", name);
            json.WriteString("namespace", NamespaceOf(note));
            json.WriteEndObject();
            json.WriteString("eventTime", LeaseSpec.MicroTime(_time.GetUtcNow()));
            json.WriteString("reportingController", _controller);
            json.WriteString("reportingInstance", _instance);
            json.WriteString("action", note.Action);
            json.WriteString("reason", note.Reason);
            json.WriteString("type", note.IsWarning ? "Warning" : "Normal");
            json.WriteString("note", note.Note);
            json.WriteStartObject("regarding");
            json.WriteString("apiVersion", note.Subject.ApiVersion);
            json.WriteString("kind", note.Subject.Kind);
            if (key.Namespace.Length > 0)
            {
                json.WriteString("namespace", key.Namespace);
            }

            json.WriteString("name", key.Name);
            if (key.Uid.Length > 0)
            {
                json.WriteString("uid", key.Uid);
            }

            json.WriteEndObject();
        });
        return (name, json);
    }

    /// <summary>The count of a series.</summary>
    public static ReadOnlyMemory<byte> SeriesPatch(int count, DateTimeOffset last) => JsonText.Of(json =>
    {
        json.WriteStartObject("series");
        json.WriteNumber("count", count);
        json.WriteString("lastObservedTime", LeaseSpec.MicroTime(last));
        json.WriteEndObject();
    });

    // The server counts bytes; a character is not cut in two.
    private static string Cut(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var length = Math.Min(text.Length, bytes);
        while (length > 0 && (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > bytes || char.IsHighSurrogate(text[length - 1])))
        {
            length--;
        }

        return text[..length];
    }
}
