using System.Net;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>The API server refused a request.</summary>
internal sealed class KubeApiException(HttpStatusCode code, string request, string answer) : Exception($"{request} was answered with {(int)code}: {answer}")
{
    /// <summary>Its answer.</summary>
    public HttpStatusCode Code { get; } = code;

    /// <summary>The body of its answer.</summary>
    public string Answer { get; } = answer;
}
