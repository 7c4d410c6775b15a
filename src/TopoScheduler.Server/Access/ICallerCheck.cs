namespace TopoScheduler.Server.Access;

/// <summary>Tells whether the bearer of a token may do something: by one token in a file, or by asking the API server.</summary>
internal interface ICallerCheck
{
    /// <summary>Judges a caller. Not throwing but when it is cancelled.</summary>
    /// <param name="token">The token, not empty.</param>
    /// <param name="access">What it wants.</param>
    /// <param name="cancellation">The caller hung up.</param>
    ValueTask<CallerVerdict> JudgeAsync(string token, RouteAccess access, CancellationToken cancellation);
}
