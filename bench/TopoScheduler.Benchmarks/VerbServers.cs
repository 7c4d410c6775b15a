using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TopoScheduler.Server;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The servers the verbs are asked of over HTTP: ours as it runs, the plain handler on the same Kestrel, and the floor, which receives a request into the same
/// memory as ours and sends a fixed answer.
/// </summary>
public sealed class VerbServers : IDisposable
{
    private readonly ServerHost _ours;
    private readonly WebApplication _plain;
    private readonly WebApplication _floor;

    /// <summary>Starts them.</summary>
    /// <param name="scene">The cluster.</param>
    /// <param name="filtered">What the floor answers for filter.</param>
    /// <param name="prioritized">What the floor answers for prioritize.</param>
    public VerbServers(VerbScene scene, byte[] filtered, byte[] prioritized)
    {
        _ours = new(scene.Settings, _ => scene.Scheduling, logging => logging.ClearProviders());
        _plain = Listening(_ => { }, context => PlainAsync(context, scene.Plain.Filter), context => PlainAsync(context, scene.Plain.Prioritize));
        _floor = Listening(
            services => services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPool.Factory>(), context => FixedAsync(context, filtered), context => FixedAsync(context, prioritized));
        _ours.StartAsync().GetAwaiter().GetResult();
        _plain.StartAsync().GetAwaiter().GetResult();
        _floor.StartAsync().GetAwaiter().GetResult();
    }

    /// <summary>Where they listen: ours, the plain handler, the floor.</summary>
    public Uri[] Urls => [new(_ours.Urls[0]), new(_plain.Urls.First()), new(_floor.Urls.First())];

    /// <inheritdoc/>
    public void Dispose()
    {
        _ours.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _plain.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _floor.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static WebApplication Listening(Action<IServiceCollection> services, RequestDelegate filter, RequestDelegate prioritize)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        services(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        app.MapPost("/scheduler/filter", filter);
        app.MapPost("/scheduler/prioritize", prioritize);
        return app;
    }

    // The reference on the same terms: no log, one array in and one out.
    private static async Task PlainAsync(HttpContext context, Func<byte[], byte[]> verb)
    {
        var body = new byte[(int)context.Request.ContentLength!];
        await context.Request.Body.ReadExactlyAsync(body);
        var answer = verb(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static async Task FixedAsync(HttpContext context, byte[] answer)
    {
        var reader = context.Request.BodyReader;
        for (var isAll = false; !isAll;)
        {
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
            isAll = read.IsCompleted;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer);
    }
}
