namespace TopoScheduler.Kubernetes.Api;

/// <summary>The server refused a request. The message names the request and what the server said.</summary>
public sealed class ApiException : Exception
{
    /// <summary>Of a request.</summary>
    /// <param name="request">Method and path.</param>
    /// <param name="status">What the server said.</param>
    public ApiException(string request, ApiStatus status)
        : base($"{request}: {status?.Code} {status?.Reason}: {status?.Message}")
    {
        ArgumentNullException.ThrowIfNull(status);
        Status = status;
    }

    /// <summary>What the server said.</summary>
    public ApiStatus Status { get; }
}
