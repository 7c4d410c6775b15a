using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Access;

/// <summary>One token in a file: its bearer may do everything.</summary>
internal sealed class TokenFileCheck : ICallerCheck
{
    private readonly SecretFile _file;

    /// <summary>The token of a file.</summary>
    /// <exception cref="InputException">It cannot be read or holds none.</exception>
    public TokenFileCheck(SecretFile file)
    {
        _file = file;
        file.Read();
    }

    /// <inheritdoc/>
    public ValueTask<CallerVerdict> JudgeAsync(string token, RouteAccess access, CancellationToken cancellation)
    {
        try
        {
            return new(_file.Is(token) ? new CallerVerdict(CallerStanding.Allowed, "access.tokenFile") : new(CallerStanding.Unknown));
        }
        catch (InputException e)
        {
            return new(new CallerVerdict(CallerStanding.Unknown, Trouble: e.Message));
        }
    }
}
