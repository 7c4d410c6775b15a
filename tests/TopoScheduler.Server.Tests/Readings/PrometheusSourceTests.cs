using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Readings;
using TopoScheduler.Testing.Certificates;

namespace TopoScheduler.Server.Tests.Readings;

public sealed class PrometheusSourceTests : IAsyncLifetime
{
    private static readonly PowerQuery Racks = new(PowerReadingKind.Rack, "rackQuery", "racks", "times", "rack");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus-");
    private FakePrometheus _fake = null!;

    public async Task InitializeAsync() => _fake = await FakePrometheus.StartAsync();

    public async Task DisposeAsync()
    {
        await _fake.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Ask_Rows_AreReadingsOfTheirSamplesTimes()
    {
        _fake.Rows["times"] = [("rack", "r1", "990.5"), ("rack", "r2", "980"), ("rack", "r2", "970")];
        _fake.Rows["racks"] = [("rack", "r1", "26000"), ("rack", "r2", "NaN")];

        var outcome = await AskAsync();

        Assert.Equal(
            [new PowerReading(PowerReadingKind.Rack, "r1", 26000, DateTimeOffset.UnixEpoch.AddSeconds(990.5)), new(PowerReadingKind.Rack, "r2", double.NaN, DateTimeOffset.UnixEpoch.AddSeconds(970))],
            outcome.Readings);
        Assert.Equal((0, null, null), (outcome.Refused, outcome.Trouble, outcome.Fault));
    }

    // Watts asked for now could be of a later sample than the time says, or of an earlier one.
    [Fact]
    public async Task Ask_Watts_AreAskedForTheMomentOfTheTimes()
    {
        _fake.Now = 1234.567;
        _fake.Rows["times"] = [("rack", "r1", "1230")];
        await AskAsync();
        Assert.Equal([("times", null), ("racks", "1234.567")], _fake.Asked.Select(q => (q.Query, q.Time)));
        Assert.All(_fake.Asked, q => Assert.Equal("/api/v1/query", q.Path));
    }

    [Theory]
    [InlineData("rack", "r9", 1, "nothing says when r9 was measured, expected a row of it from telemetry.rackTimeQuery.")]
    [InlineData("rack", "r1", 2, "2 rows of r1, expected one: parts and wholes are not told apart here, so the query has to.")]
    [InlineData("pdu", "r1", 1, "a row has no label rack, expected it to name the rack.")]
    [InlineData("rack", "r1:9100", 1, "rack=\"r1:9100\", expected the name of a rack.")]
    [InlineData("rack", "r3", 1, "r3 was measured at -1, expected seconds since 1970.")]
    [InlineData("rack", "r4", 1, "r4 was measured at NaN, expected seconds since 1970.")]
    [InlineData("rack", "r5", 1, "r5 was measured at ∞, expected seconds since 1970.")]
    public async Task Ask_RowThatIsNoReading_IsRefusedAndTold(string label, string name, int rows, string trouble)
    {
        _fake.Rows["times"] = [("rack", "good", "990"), ("rack", "r1", "990"), ("rack", "r3", "-1"), ("rack", "r4", "NaN"), ("rack", "r4", "5"), ("rack", "r5", "+Inf")];
        _fake.Rows["racks"] = [("rack", "good", "1"), .. Enumerable.Repeat((label, name, "5"), rows)];

        var outcome = await AskAsync();

        Assert.Equal(["good"], outcome.Readings.Select(r => r.Name));
        Assert.Equal((rows, trouble.Replace("∞", "Infinity", StringComparison.Ordinal), null), (outcome.Refused, outcome.Trouble, outcome.Fault));
    }

    [Fact]
    public async Task Ask_SumOverSomeOfTheGpus_IsRefusedAndTold()
    {
        _fake.Now = 1000;
        _fake.Rows["times"] = [("rack", "n1", "990"), ("rack", "n2", "990"), ("rack", "n3", "990"), ("rack", "n4", "990")];
        _fake.Rows["racks"] = [("rack", "n1", "5600"), ("rack", "n2", "4900"), ("rack", "n3", "1"), ("rack", "n4", "1")];
        _fake.Rows["counts"] = [("rack", "n1", "8"), ("rack", "n2", "7"), ("rack", "n4", "NaN")];
        using var source = new PrometheusSource(
            new(_fake.Url, null, null, new(TimeSpan.FromSeconds(30), 1), TimeProvider.System), [Racks with { Kind = PowerReadingKind.NodeGpus, Counts = "counts" }], _ => 8);

        var outcome = Assert.Single(await source.AskAsync(default));

        Assert.Equal(["n1"], outcome.Readings.Select(r => r.Name));
        Assert.Equal((3, "7 GPUs of n2 are summed up, expected all 8: a part says too little."), (outcome.Refused, outcome.Trouble));
        Assert.Equal(("counts", "1000.000"), (_fake.Asked.Last().Query, _fake.Asked.Last().Time));
    }

    [Fact]
    public async Task Ask_NothingThere_IsNoTrouble()
    {
        var outcome = await AskAsync();
        Assert.Empty(outcome.Readings);
        Assert.Null(outcome.Trouble);
    }

    [Theory]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"many-to-many"}""", "answered with 422: many-to-many")]
    [InlineData(503, "<html>", "answered with 503.")]
    [InlineData(302, "", "answered with 302.")]
    [InlineData(204, "", "answered with 204.")]
    public async Task Ask_OtherStatus_IsToldWithItsReason(int status, string text, string trouble)
    {
        _fake.Answer = async (context, _) =>
        {
            context.Response.StatusCode = status;
            if (status == 302) context.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
            if (text.Length > 0) await context.Response.WriteAsync(text);
        };
        var outcome = await AskAsync();
        Assert.Equal((PrometheusFault.Status, trouble), (outcome.Fault, outcome.Trouble));
    }

    [Fact]
    public async Task Ask_NobodyThere_IsUnreachable()
    {
        using var source = Source("http://127.0.0.1:1");
        var outcome = Assert.Single(await source.AskAsync(default));
        Assert.Equal(PrometheusFault.Unreachable, outcome.Fault);
        Assert.StartsWith("http://127.0.0.1:1 cannot be asked: ", outcome.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_LargeAnswer_IsGivenUpEvenIfCompressed(bool compressed)
    {
        _fake.Answer = async (context, _) =>
        {
            if (compressed) context.Response.Headers.ContentEncoding = "gzip";
            var body = compressed ? new GZipStream(context.Response.Body, CompressionLevel.Fastest) : context.Response.Body;
            var piece = new byte[64 << 10];
            for (var i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++) await body.WriteAsync(piece);
        };
        Assert.Equal(PrometheusFault.TooLarge, (await AskAsync()).Fault);
    }

    [Fact]
    public async Task Ask_NoAnswer_IsATimeout()
    {
        _fake.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var source = new PrometheusSource(new(_fake.Url, null, null, new(TimeSpan.FromMilliseconds(200), 1), TimeProvider.System), [Racks], _ => 0);
        Assert.Equal(PrometheusFault.Timeout, Assert.Single(await source.AskAsync(default)).Fault);
    }

    [Fact]
    public async Task Ask_Cancelled_EndsAtOnce()
    {
        _fake.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var source = Source(_fake.Url);
        using var stop = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.AskAsync(stop.Token));
    }

    [Fact]
    public async Task Ask_WithToken_SendsWhatTheFileSaysNowAndNeverTellsIt()
    {
        var file = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(file, "first-token-of-sixteen\n");
        using var source = Source(_fake.Url, file);
        await source.AskAsync(default);
        await File.WriteAllTextAsync(file, "second-token-of-sixteen");
        await source.AskAsync(default);
        await File.WriteAllTextAsync(file, "secret spaces in it");
        var outcome = Assert.Single(await source.AskAsync(default));

        Assert.Equal(["Bearer first-token-of-sixteen", "Bearer second-token-of-sixteen"], _fake.Asked.Select(q => q.Authorization).Distinct());
        Assert.Equal(PrometheusFault.Token, outcome.Fault);
        Assert.DoesNotContain("secret", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NoToken_IsRefusedWithTheFile()
    {
        var file = Path.Combine(_folder.FullName, "none");
        Assert.Contains(file, Assert.Throws<InputException>(() => Source(_fake.Url, file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OverTls_TrustsTheGivenAuthorityAlone()
    {
        using var ours = new TestCertificates("ours");
        using var other = new TestCertificates("other");
        using var certificate = ours.Server("127.0.0.1");
        await using var fake = await FakePrometheus.StartAsync(certificate);
        var (good, bad) = (Path.Combine(_folder.FullName, "good.pem"), Path.Combine(_folder.FullName, "bad.pem"));
        await File.WriteAllTextAsync(good, ours.Pem);
        await File.WriteAllTextAsync(bad, other.Pem);

        Assert.Null((await AskAsync(fake, good)).Fault);
        Assert.Equal(PrometheusFault.Unreachable, (await AskAsync(fake, bad)).Fault);
        Assert.Equal(PrometheusFault.Unreachable, (await AskAsync(fake, null)).Fault);
    }

    private static PrometheusSource Source(string url, string? token = null, string? authority = null) =>
        new(new(url, token, authority, new(TimeSpan.FromSeconds(30), 1), TimeProvider.System), [Racks], _ => 0);

    private static async Task<QueryOutcome> AskAsync(FakePrometheus fake, string? authority)
    {
        using var source = Source(fake.Url, null, authority);
        return Assert.Single(await source.AskAsync(default));
    }

    private Task<QueryOutcome> AskAsync() => AskAsync(_fake, null);
}
