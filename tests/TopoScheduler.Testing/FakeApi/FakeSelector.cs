using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// Which objects of a kind are meant: labels and fields that are equal or not. Fields the real server does not offer for a kind it refuses; here every
/// path of names is a field.
/// </summary>
public sealed class FakeSelector
{
    private readonly List<(string[] Path, string Value, bool IsEqual)> _terms = [];

    private FakeSelector()
    {
    }

    /// <summary>Every object is meant.</summary>
    public bool IsAll => _terms.Count == 0;

    /// <summary>Of the texts of a request.</summary>
    /// <param name="labels">As <c>app=trainer,tier!=x,owner</c>; empty: all.</param>
    /// <param name="fields">As <c>spec.nodeName=n1,status.phase!=Failed</c>; empty: all.</param>
    public static FakeSelector Of(string labels, string fields)
    {
        var selector = new FakeSelector();
        selector.Add(labels, key => ["metadata", "labels", key]);
        selector.Add(fields, key => key.Split('.'));
        return selector;
    }

    /// <summary>One object is meant.</summary>
    public bool Matches(JsonObject obj)
    {
        foreach (var (path, value, isEqual) in _terms)
        {
            JsonNode? node = obj;
            foreach (var name in path)
            {
                node = (node as JsonObject)?[name];
            }

            // A label that is not there equals nothing; a field that is not there is empty.
            var text = node is JsonValue ? node.ToString() : path is ["metadata", "labels", _] ? null : "";
            if ((value == "\0" ? text is not null : text == value) != isEqual)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>An event as one sees it who watches the objects meant: null when it is none of theirs.</summary>
    public FakeEvent? See(FakeEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (IsAll)
        {
            return change;
        }

        var was = change.Previous is { } previous && Matches(previous);
        var isNow = change.Type != "DELETED" && Matches(change.Object);
        return (was, isNow) switch
        {
            (false, false) => null,
            (false, true) => change with { Type = "ADDED" },
            (true, true) => change with { Type = "MODIFIED" },
            (true, false) => change with { Type = "DELETED" },
        };
    }

    internal static FakeSelector Of(FakeRequest request) => Of(request.Parameter("labelSelector"), request.Parameter("fieldSelector"));

    private void Add(string text, Func<string, string[]> path)
    {
        if (text.Contains('(', StringComparison.Ordinal) || text.StartsWith('!') || text.Contains(",!", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"The fake API server does not read the selector {text}.");
        }

        foreach (var term in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            var isEqual = at <= 0 || term[at - 1] != '!';
            var key = at < 0 ? term : term[..(isEqual ? at : at - 1)];
            _terms.Add((path(key.Trim()), at < 0 ? "\0" : term[(at + 1)..].TrimStart('=').Trim(), isEqual));
        }
    }
}
