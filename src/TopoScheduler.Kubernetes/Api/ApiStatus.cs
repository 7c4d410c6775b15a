using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>A Status object: what the server says of a request it did not carry out.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Reason">One word, as <c>AlreadyExists</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="RetryAfter">How long to wait; null when it does not say.</param>
/// <param name="Causes">Reasons of the causes.</param>
public sealed record ApiStatus(int Code, string Reason, string Message, TimeSpan? RetryAfter, IReadOnlyList<string> Causes)
{
    private const int LongestMessage = 500;

    /// <summary>What was asked for is too old: list again.</summary>
    public bool IsExpired => Code == 410 || Reason is "Expired" or "Gone";

    /// <summary>What was asked for is newer than the server: it was restored or is behind.</summary>
    public bool IsTooNew => Causes.Contains("ResourceVersionTooLarge") || Message.Contains("Too large resource version", StringComparison.Ordinal);

    /// <summary>An eviction that a disruption budget forbids for now.</summary>
    public bool IsDisruptionBudget => Causes.Contains("DisruptionBudget") || Message.Contains("disruption budget", StringComparison.Ordinal);

    /// <summary>From a tree; what is missing is filled from the HTTP status.</summary>
    /// <param name="tree">The Status object.</param>
    /// <param name="code">HTTP status; 0 in a stream.</param>
    internal static ApiStatus Of(Tree tree, int code)
    {
        var details = tree["details"];
        var message = tree["message"].Text;
        return new(
            int.TryParse(tree["code"].Text, out var own) && own > 0 ? own : code,
            tree["reason"].Text,
            message.Length <= LongestMessage ? message : message[..LongestMessage] + "...",
            int.TryParse(details["retryAfterSeconds"].Text, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
            Reasons(details["causes"]));
    }

    private static List<string> Reasons(Tree causes)
    {
        var reasons = new List<string>();
        foreach (var cause in causes.Items)
        {
            reasons.Add(cause["reason"].Text);
        }

        return reasons;
    }
}
