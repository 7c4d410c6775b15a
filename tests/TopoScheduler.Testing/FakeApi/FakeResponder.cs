using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// What a fake API server answers to everything but watches: a function of the request and of the objects, which it changes. Nothing of another
/// request comes between its look and its change.
/// </summary>
internal sealed class FakeResponder(FakeObjects objects, int minor)
{
    private readonly FakeLists _lists = new(objects);

    /// <summary>Pages that were begun.</summary>
    public FakeLists Lists => _lists;

    public FakeAnswer Answer(FakeRequest request)
    {
        try
        {
            return objects.Atomically(() => Route(request));
        }
        catch (FakeRefusal e)
        {
            return e.Answer;
        }
    }

    private FakeAnswer Route(FakeRequest request)
    {
        if (request.Path == "/version")
        {
            var text = minor.ToString(CultureInfo.InvariantCulture);
            return FakeAnswer.Of(200, new JsonObject { ["major"] = "1", ["minor"] = text + "+", ["gitVersion"] = $"v1.{text}.0" });
        }

        var path = FakePath.Of(request.Path) ?? throw FakeRefusal.NoPath();
        if (objects.IsWithheld(path.Collection)) throw FakeRefusal.NoPath();
        return (request.Method, path) switch
        {
            ("GET", { Name: null }) => _lists.Answer(request, path),
            ("GET", { Part: null or "status" }) => FakeAnswer.Of(200, FakeWrites.Known(path, objects)),
            ("POST", { Name: null }) => FakeWrites.Create(request, path, objects),
            ("POST", { Part: "binding" }) => FakeBindings.Bind(request, path, objects),
            ("POST", { Part: "eviction" }) => FakeDeletes.Evict(request, path, objects),
            ("PUT", { Name: not null, Part: null or "status" }) => FakeWrites.Replace(request, path, objects),
            ("PATCH", { Name: not null, Part: null or "status" }) => FakePatches.Patch(request, path, objects),
            ("DELETE", { Part: null }) => FakeDeletes.Delete(request, path, objects),
            (_, { Part: null or "status" or "binding" or "eviction" }) => throw FakeRefusal.NotAllowed(),
            _ => throw FakeRefusal.NoPath(),
        };
    }
}
