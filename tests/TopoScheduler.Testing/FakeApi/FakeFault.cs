namespace TopoScheduler.Testing.FakeApi;

/// <summary>What goes wrong with one call.</summary>
public enum FakeFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The caller dies before the request reaches the server.</summary>
    CrashBefore,

    /// <summary>The caller dies after the server has done what was asked, before it hears so.</summary>
    CrashAfter,

    /// <summary>The server does what was asked, and the connection breaks before the answer.</summary>
    LoseAnswer,

    /// <summary>The server does nothing and answers 503.</summary>
    Refuse,
}
