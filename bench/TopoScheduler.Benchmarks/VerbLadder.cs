using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TopoScheduler.Server;

namespace TopoScheduler.Benchmarks;

/// <summary>The ladder of verbs: filter and prioritize at 100 to 15,000 names, inside and over HTTP, against the plain handler on the same Kestrel.</summary>
public static class VerbLadder
{
    private static readonly int[] NodeCounts = [100, 1_000, 5_000, 15_000];

    /// <summary>Measures all cases and prints them.</summary>
    public static List<VerbCase> Run(TextWriter output)
    {
        var cases = new List<VerbCase>();
        output.WriteLine(VerbCase.Head);
        foreach (var count in NodeCounts)
        {
            var scene = new VerbScene(count);
            foreach (var found in VerbCase.Inside(scene, changing: false).Concat(VerbCase.Inside(scene, changing: true)).Concat(OverHttp(scene)))
            {
                cases.Add(found);
                output.WriteLine(found.Row);
            }
        }

        return cases;
    }

    private static IEnumerable<VerbCase> OverHttp(VerbScene scene)
    {
        var body = VerbCase.Request(scene.State.Current);
        var ours = new ServerHost(scene.Settings, _ => scene.Scheduling, logging => logging.ClearProviders());
        var plain = Plain(scene.Plain);
        ours.StartAsync().GetAwaiter().GetResult();
        plain.StartAsync().GetAwaiter().GetResult();
        try
        {
            yield return Case("filter", "http", () => 0);
            yield return Case("prioritize", "http", () => 0);
            yield return Case("filter", "http-changing", scene.Change);
            yield return Case("prioritize", "http-changing", scene.Change);
        }
        finally
        {
            ours.DisposeAsync().AsTask().GetAwaiter().GetResult();
            plain.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        VerbCase Case(string verb, string door, Func<int> prepare)
        {
            using var toOurs = new VerbConnection(new(ours.Urls[0]), $"/scheduler/{verb}", body);
            using var toPlain = new VerbConnection(new(plain.Urls.First()), $"/scheduler/{verb}", body);
            return new(verb, door, scene.State.Current.Nodes.Length, body.Length,
                Measurement.OfProcess(prepare, _ => toOurs.Ask(), most: 2000), Measurement.OfProcess(prepare, _ => toPlain.Ask(), most: 2000));
        }
    }

    // The reference on the same terms: the same Kestrel, no log, one array in and one out.
    private static WebApplication Plain(PlainExtender extender)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapPost("/scheduler/filter", context => AnswerAsync(context, extender.Filter));
        app.MapPost("/scheduler/prioritize", context => AnswerAsync(context, extender.Prioritize));
        return app;
    }

    private static async Task AnswerAsync(HttpContext context, Func<byte[], byte[]> verb)
    {
        var body = new byte[(int)context.Request.ContentLength!];
        await context.Request.Body.ReadExactlyAsync(body);
        var answer = verb(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }
}
