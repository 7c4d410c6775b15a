using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using TopoScheduler.Kubernetes.Api;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// An API server without sockets: every call is answered before it returns, on the caller's thread, so that a test runs thousands of steps in one
/// order. Watches it has none: a test takes what happened from <see cref="FakeObjects.Since"/>.
/// </summary>
public sealed class FakeApiHandler : HttpMessageHandler
{
    private readonly FakeObjects _objects;
    private readonly FakeResponder _responder;

    /// <summary>Before some objects.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="minor">Minor version it claims.</param>
    public FakeApiHandler(FakeObjects objects, int minor = 36)
    {
        ArgumentNullException.ThrowIfNull(objects);
        (_objects, _responder) = (objects, new(objects, minor));
    }

    /// <summary>Asked before each call what goes wrong with it; null: nothing ever.</summary>
    public Func<HttpRequestMessage, FakeFault>? Fault { get; set; }

    /// <summary>Told of each call that reached the server, with its answer.</summary>
    public Action<FakeRequest, FakeAnswer>? Answered { get; set; }

    /// <summary>A client of it.</summary>
    /// <param name="time">Its clock; null: that of the objects.</param>
    public ApiClient Client(TimeProvider? time = null) => new(new() { Server = new("http://api.test/") }, "test", time ?? _objects.Time, this);

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var fault = Fault?.Invoke(request) ?? FakeFault.None;
        var name = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        if (fault == FakeFault.CrashBefore)
        {
            throw new FakeCrashException($"the caller died before {name}");
        }

        if (fault == FakeFault.Refuse)
        {
            return Response(new FakeRefusal(503, "ServiceUnavailable", "the server is currently unable to handle the request").Answer);
        }

        var asked = Request(request);
        var answer = _responder.Answer(asked);
        Answered?.Invoke(asked, answer);
        return fault switch
        {
            FakeFault.CrashAfter => throw new FakeCrashException($"the caller died after {name}"),
            FakeFault.LoseAnswer => throw new HttpRequestException(HttpRequestError.ResponseEnded, $"the connection broke during {name}"),
            _ => Response(answer),
        };
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Send(request, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or FakeCrashException)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    private static FakeRequest Request(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        var query = QueryHelpers.ParseQuery(uri.Query).ToDictionary(p => p.Key, p => p.Value.ToString());
        var body = new MemoryStream();
        request.Content?.CopyTo(body, null, default);
        return new(request.Method.Method, Uri.UnescapeDataString(uri.AbsolutePath), query, request.Content?.Headers.ContentType?.MediaType, body.ToArray());
    }

    private static HttpResponseMessage Response(FakeAnswer answer)
    {
        var content = new ReadOnlyMemoryContent(answer.Json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new((HttpStatusCode)answer.Code) { Content = content };
    }
}
