namespace TopoScheduler.Core;

/// <summary>How much a <see cref="Problem"/> matters.</summary>
public enum Severity
{
    /// <summary>The object (a node, a pod, a gang) could not be used as given.</summary>
    Error,

    /// <summary>The object is used, but something in it was ignored, guessed or contradictory.</summary>
    Warning,

    /// <summary>Worth knowing: an assumption made, a hint not honoured yet.</summary>
    Info,
}

/// <summary>
/// Something wrong with, or assumed about, one object of the input. Bad input is data: it is collected and shown, and other
/// nodes and gangs go on.
/// </summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Object">The object, as <c>kind/name</c> or <c>kind/namespace/name</c>: <c>node/n5</c>, <c>job/ml/llama</c>, <c>rack/r7</c>.</param>
/// <param name="Message">One sentence naming the key, the value and what was expected.</param>
public sealed record Problem(Severity Severity, string Object, string Message)
{
    /// <summary>
    /// How the message of an error begins that says a requirement is not judged at all (DRA claims, unbound volumes): it may be taken as met on request.
    /// </summary>
    public const string NotJudged = "not judged: ";

    /// <summary>True for an error that <see cref="NotJudged"/> begins.</summary>
    internal bool IsNotJudged => Message.StartsWith(NotJudged, StringComparison.Ordinal);

    /// <summary>An error about <paramref name="obj"/>.</summary>
    public static Problem Error(string obj, string message) => new(Severity.Error, obj, message);

    /// <summary>A warning about <paramref name="obj"/>.</summary>
    public static Problem Warning(string obj, string message) => new(Severity.Warning, obj, message);

    /// <summary>A note about <paramref name="obj"/>.</summary>
    public static Problem Info(string obj, string message) => new(Severity.Info, obj, message);
}
