using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// Lists in pages. A token is the number of a view and of the items behind; a view that is not read to its end is kept, so that its pages belong to one
/// moment.
/// </summary>
internal sealed class FakeLists(FakeObjects objects)
{
    private readonly ConcurrentDictionary<int, View> _views = new();
    private int _last;

    /// <summary>Tokens of views up to this are expired.</summary>
    public int Expired { get; set; }

    public FakeAnswer Answer(FakeRequest request, FakePath path)
    {
        var (view, from) = request.Parameter("continue") is { Length: > 0 } token ? Continued(token) : (New(request, path), 0);
        var limit = int.TryParse(request.Parameter("limit"), CultureInfo.InvariantCulture, out var most) && most > 0 ? most : int.MaxValue;
        var end = (int)Math.Min(view.Objects.Count, (long)from + limit);
        var metadata = new JsonObject { ["resourceVersion"] = view.Version.ToString(CultureInfo.InvariantCulture) };
        if (end < view.Objects.Count)
        {
            _views[view.Number] = view;
            metadata["continue"] = string.Create(CultureInfo.InvariantCulture, $"{view.Number}:{end}");
            metadata["remainingItemCount"] = view.Objects.Count - end;
        }

        return new(200, Page(FakeKind.Of(path), metadata, view, from, end));
    }

    // Written object by object, without a copy of any: lists are what a test of many steps asks for most.
    private static ReadOnlyMemory<byte> Page(FakeKind kind, JsonObject metadata, View view, int from, int end)
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind.Kind == kind.Plural ? "List" : kind.Kind + "List");
            json.WriteString("apiVersion", kind.ApiVersion);
            json.WritePropertyName("metadata");
            metadata.WriteTo(json);
            json.WriteStartArray("items");
            for (var i = from; i < end; i++)
            {
                view.Objects[i].WriteTo(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private View New(FakeRequest request, FakePath path)
    {
        var selector = FakeSelector.Of(request);
        var (all, version) = objects.All(path.Collection, path.Namespace);
        return new(selector.IsAll ? all : [.. all.Where(selector.Matches)], version, ++_last);
    }

    private (View View, int From) Continued(string token)
    {
        var parts = token.Split(':');
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var number) && number > Expired
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var from) && _views.TryGetValue(number, out var view)
            ? (view, from)
            : throw new FakeRefusal(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
    }

    private sealed record View(IReadOnlyList<JsonObject> Objects, long Version, int Number);
}
