namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// A file cannot be read at all: missing, not YAML or JSON, too large, nested too deep. The message names the file, the place and what was
/// expected. Caught once, at the edge.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>With a message for the user.</summary>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for the user and its cause.</summary>
    public InputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
