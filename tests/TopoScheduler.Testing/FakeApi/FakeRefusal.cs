using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>What a fake API server says when it does not do what it is asked; worded like the real one.</summary>
internal sealed class FakeRefusal(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public const string Modified = "the object has been modified; please apply your changes to the latest version and try again";

    public FakeAnswer Answer => FakeAnswer.Of(code, Status(code, reason, Message, details));

    /// <summary>A Status object.</summary>
    public static JsonObject Status(int code, string reason, string message, JsonObject? details = null)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
        };
        if (reason.Length > 0)
        {
            status["reason"] = reason;
        }

        if (details is not null)
        {
            status["details"] = details.DeepClone();
        }

        status["code"] = code;
        return status;
    }

    public static FakeRefusal NotFound(FakeKind kind, string name) => new(404, "NotFound", $"{kind.Resource} \"{name}\" not found", kind.Details(name));

    public static FakeRefusal NoPath() => new(404, "NotFound", "the server could not find the requested resource", []);

    public static FakeRefusal BadRequest(string message) => new(400, "BadRequest", message);

    public static FakeRefusal AlreadyExists(FakeKind kind, string name) => new(409, "AlreadyExists", $"{kind.Resource} \"{name}\" already exists", kind.Details(name));

    /// <summary>A conflict.</summary>
    /// <param name="resource">What the message calls the resource: not always that of the path.</param>
    /// <param name="kind">Kind.</param>
    /// <param name="name">Name.</param>
    /// <param name="why">Why.</param>
    public static FakeRefusal Conflict(string resource, FakeKind kind, string name, string why)
    {
        var details = kind.Details(name);
        details["kind"] = resource;
        return new(409, "Conflict", $"Operation cannot be fulfilled on {resource} \"{name}\": {why}", details);
    }

    public static FakeRefusal Conflict(FakeKind kind, string name, string why = Modified) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Resource} \"{name}\": {why}", kind.Details(name));

    public static FakeRefusal NotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static FakeRefusal MediaType(IEnumerable<string> accepted) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    /// <summary>A JSON patch that does not apply, or whose test fails: the server keeps to itself what was wrong.</summary>
    public static FakeRefusal PatchDoesNotApply() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    public static FakeRefusal Invalid(FakeKind kind, string name, params IReadOnlyList<FakeFieldError> errors)
    {
        var messages = errors.Select(e => $"{e.Field}: {e.Text}").ToArray();
        var all = messages.Length == 1 ? messages[0] : $"[{string.Join(", ", messages)}]";
        var details = new JsonObject { ["name"] = name };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kind.Kind;
        details["causes"] = new JsonArray([.. errors.Select(e => new JsonObject { ["reason"] = "FieldValue" + e.Type, ["message"] = e.Text, ["field"] = e.Field })]);
        return new(422, "Invalid", $"{kind.QualifiedKind} \"{name}\" is invalid: {all}", details);
    }
}
