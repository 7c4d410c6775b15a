using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
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
    private readonly FakeWatches _watches;

    private FakeApiServer(WebApplication app, FakeApiOptions options)
    {
        (_app, _options) = (app, options);
        _watches = new(Objects, options);
    }

    /// <summary>Its objects.</summary>
    public FakeObjects Objects { get; } = new();

    /// <summary>Its streams.</summary>
    public FakeWatches Watches => _watches;

    /// <summary>Address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Requests in their order: method, path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Tokens of further pages up to now are expired.</summary>
    public int ExpiredTokens { get; set; }

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
        context.Response.StatusCode = code;
        await WriteAsync(context, FakeWatches.Status(code, reason, message, details));
    }

    internal static async Task WriteAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json.ToJsonString());
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

            if (request.Path == "/version")
            {
                var minor = _options.Minor.ToString(CultureInfo.InvariantCulture);
                await WriteAsync(context, new JsonObject { ["major"] = "1", ["minor"] = minor + "+", ["gitVersion"] = $"v1.{minor}.0" });
            }
            else if (FakePath.Of(request.Path) is not { } path)
            {
                await StatusAsync(context, 404, "NotFound", "the server could not find the requested resource");
            }
            else
            {
                await AnswerAsync(context, path);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away.
        }
    }

    private Task AnswerAsync(HttpContext context, FakePath path) => (context.Request.Method, path) switch
    {
        ("GET", { Name: null }) when context.Request.Query["watch"] == "true" => _watches.AnswerAsync(context, path),
        ("GET", { Name: null }) => ListAsync(context, path),
        ("GET", _) => Objects.Find(path.Collection, path.Namespace ?? "", path.Name!) is { } obj ? WriteAsync(context, obj) : FakeWrites.NotFoundAsync(context, path),
        _ => FakeWrites.AnswerAsync(context, path, Objects),
    };

    // A token is the version of the first page and the number of items behind; versions of pages are kept alive by holding the list.
    private readonly ConcurrentDictionary<string, (IReadOnlyList<JsonObject> Objects, long Version, int Number)> _pages = new();
    private int _tokens;

    private async Task ListAsync(HttpContext context, FakePath path)
    {
        var query = context.Request.Query;
        var from = 0;
        (IReadOnlyList<JsonObject> Objects, long Version, int Number) view;
        if (query["continue"].ToString() is { Length: > 0 } token)
        {
            var parts = token.Split(':');
            if (!_pages.TryGetValue(parts[0], out view) || view.Number <= ExpiredTokens)
            {
                await StatusAsync(context, 410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
                return;
            }

            from = int.Parse(parts[1], CultureInfo.InvariantCulture);
        }
        else
        {
            var (objects, version) = Objects.All(path.Collection, path.Namespace);
            view = ([.. objects.Select(o => (JsonObject)o.DeepClone())], version, Interlocked.Increment(ref _tokens));
            _pages[view.Number.ToString(CultureInfo.InvariantCulture)] = view;
        }

        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) && most > 0 ? most : int.MaxValue;
        var page = view.Objects.Skip(from).Take(limit).ToArray();
        var metadata = new JsonObject { ["resourceVersion"] = view.Version.ToString(CultureInfo.InvariantCulture) };
        if (from + page.Length < view.Objects.Count)
        {
            metadata["continue"] = string.Create(CultureInfo.InvariantCulture, $"{view.Number}:{from + page.Length}");
            metadata["remainingItemCount"] = view.Objects.Count - from - page.Length;
        }

        var items = new JsonArray([.. page.Select(o => o.DeepClone())]);
        await WriteAsync(context, new JsonObject { ["kind"] = "List", ["apiVersion"] = "v1", ["metadata"] = metadata, ["items"] = items });
    }
}
