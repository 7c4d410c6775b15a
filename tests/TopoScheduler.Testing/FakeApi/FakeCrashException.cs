namespace TopoScheduler.Testing.FakeApi;

/// <summary>The process under test dies here: nothing may catch it but the test.</summary>
public sealed class FakeCrashException : Exception
{
    /// <summary>At a call.</summary>
    /// <param name="message">Which, and when.</param>
    public FakeCrashException(string message)
        : base(message)
    {
    }
}
