namespace TopoScheduler.Server.Extender.Wire;

/// <summary>A body that is not what the verb expects: answered with 400. Its message says where and what was expected.</summary>
public sealed class WireException : Exception
{
    /// <summary>With a message for the caller.</summary>
    public WireException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for the caller and its cause.</summary>
    public WireException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
