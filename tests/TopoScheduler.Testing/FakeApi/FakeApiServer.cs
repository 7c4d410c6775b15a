using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// An API server in the process of the test: lists in pages, watches with bookmarks, versions, conflicts, bindings and evictions, over real HTTP on
/// loopback. What goes wrong is told by <see cref="FakeApiOptions"/> and by the methods that cut, compact and expire.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeApiOptions _options;
    private readonly FakeResponder _responder;
    private readonly FakeWatches _watches;

    private FakeApiServer(WebApplication app, FakeApiOptions options)
    {
        (_app, _options, Objects) = (app, options, options.Objects ?? new());
        _responder = new(Objects, options.Minor);
        _watches = new(Objects, options);
    }

    /// <summary>Its objects.</summary>
    public FakeObjects Objects { get; }

    /// <summary>Its streams.</summary>
    public FakeWatches Watches => _watches;

    /// <summary>Address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Requests in their order: method, path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Tokens of further pages up to now are expired.</summary>
    public int ExpiredTokens
    {
        get => _responder.Lists.Expired;
        set => _responder.Lists.Expired = value;
    }

    /// <summary>Starts one.</summary>
    public static async Task<FakeApiServer> StartAsync(FakeApiOptions? options = null)
    {
        options ??= new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => Listen(listen, options)));
        var app = builder.Build();
        var server = new FakeApiServer(app, options);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _watches.Cut();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _watches.Dispose();
    }

    /// <summary>Answers with a Status object.</summary>
    public static async Task StatusAsync(HttpContext context, int code, string reason, string message, JsonObject? details = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        await AnswerAsync(context.Response, FakeAnswer.Of(code, FakeRefusal.Status(code, reason, message, details)));
    }

    private static void Listen(ListenOptions listen, FakeApiOptions options)
    {
        if (options.Certificate is null)
        {
            return;
        }

        listen.UseHttps(https =>
        {
            https.ServerCertificate = options.Certificate;
            https.ClientCertificateMode = options.AsksForCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
        try
        {
            if (_options.First is { } first && await first(context))
            {
                return;
            }

            if (request.Method == "GET" && request.Query["watch"] == "true" && FakePath.Of(request.Path) is { Name: null } path)
            {
                await _watches.AnswerAsync(context, path);
            }
            else
            {
                await AnswerAsync(context.Response, _responder.Answer(await RequestAsync(request)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away.
        }
    }

    private static async Task<FakeRequest> RequestAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType : request.ContentType;
        return new(request.Method, request.Path, request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()), type, body.ToArray());
    }

    private static async Task AnswerAsync(HttpResponse response, FakeAnswer answer)
    {
        response.StatusCode = answer.Code;
        response.ContentType = "application/json";
        await response.Body.WriteAsync(answer.Json);
    }
}
