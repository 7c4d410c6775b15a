namespace TopoScheduler.Kubernetes.Api;

/// <summary>No answer, or none that can be understood: whether the request was carried out is not known.</summary>
public sealed class ApiUnavailableException : Exception
{
    /// <summary>Of a request.</summary>
    /// <param name="request">Method and path.</param>
    /// <param name="reason">What went wrong.</param>
    /// <param name="inner">Its cause.</param>
    public ApiUnavailableException(string request, string reason, Exception? inner)
        : base($"{request}: {reason}", inner)
    {
    }
}
