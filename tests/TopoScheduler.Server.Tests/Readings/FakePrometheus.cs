using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TopoScheduler.Server.Tests.Readings;

/// <summary>One question that was asked.</summary>
internal sealed record Question(string Query, string? Time, string? Authorization, string Path);

/// <summary>Answers instant queries on loopback as a test says.</summary>
internal sealed class FakePrometheus : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakePrometheus(WebApplication app) => _app = app;

    /// <summary>What it says; by default vectors of <see cref="Rows"/>.</summary>
    public Func<HttpContext, Question, Task> Answer { get; set; } = null!;

    /// <summary>Rows by query: label, its value, and the number as text.</summary>
    public ConcurrentDictionary<string, (string Label, string Name, string Number)[]> Rows { get; } = new();

    /// <summary>The time for which questions without a time are answered.</summary>
    public double Now { get; set; } = 1000;

    /// <summary>What was asked.</summary>
    public ConcurrentQueue<Question> Asked { get; } = new();

    /// <summary>Its base URL.</summary>
    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Starts one.</summary>
    public static async Task<FakePrometheus> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            if (certificate is not null) l.UseHttps(certificate);
        }));
        var app = builder.Build();
        var fake = new FakePrometheus(app);
        fake.Answer = fake.AnswerRowsAsync;
        app.Run(fake.AskedAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>A vector as JSON.</summary>
    public static string Vector(double at, params (string Label, string Name, string Number)[] rows)
    {
        var time = at.ToString(CultureInfo.InvariantCulture);
        var items = rows.Select(r => $$$"""{"metric":{"{{{r.Label}}}":"{{{r.Name}}}"},"value":[{{{time}}},"{{{r.Number}}}"]}""");
        return $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', items)}}}]}}""";
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AskedAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var question = new Question(form["query"].ToString(), form["time"], context.Request.Headers.Authorization, context.Request.Path);
        Asked.Enqueue(question);
        await Answer(context, question);
    }

    private Task AnswerRowsAsync(HttpContext context, Question question)
    {
        var at = question.Time is { } time ? double.Parse(time, CultureInfo.InvariantCulture) : Now;
        return context.Response.WriteAsync(Vector(at, Rows.GetValueOrDefault(question.Query, [])));
    }
}
