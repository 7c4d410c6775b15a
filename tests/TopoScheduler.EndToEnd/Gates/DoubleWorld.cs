using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>The double that stands in for the API server in other tests.</summary>
internal sealed class DoubleWorld : ServerWorld, IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new FakeApiHandler(new FakeObjects(1)));

    public void Dispose() => _invoker.Dispose();

    protected override Task<(int Code, JsonObject Body)> SendAsync(string method, string path, string? body, string type)
    {
        using var request = new HttpRequestMessage(new(method), "http://api.test" + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        }

        using var response = _invoker.Send(request, default);
        using var text = new StreamReader(response.Content.ReadAsStream());
        return Task.FromResult(((int)response.StatusCode == 201 && method != "POST" ? 200 : (int)response.StatusCode, (JsonObject)JsonNode.Parse(text.ReadToEnd())!));
    }
}
