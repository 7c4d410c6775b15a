namespace TopoScheduler.Server.Answers;

/// <summary>Why there is no answer now.</summary>
public enum NoAnswer
{
    /// <summary>The cluster is not known yet.</summary>
    NotKnown,

    /// <summary>Too many are asking.</summary>
    Busy,

    /// <summary>It takes longer than it may.</summary>
    TooLong,
}

/// <summary>A question that is not answered now; it may be asked again.</summary>
/// <param name="reason">Why.</param>
/// <param name="message">The same in a sentence.</param>
public sealed class NoAnswerException(NoAnswer reason, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public NoAnswer Reason => reason;
}
