using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Server.Tests.Readings;

/// <summary>What filter answers when a rack of two nodes draws other than what is reserved in it. Another pod of 8 GPUs takes 7,900 W more.</summary>
public sealed class MeasuredFilterTests : IDisposable
{
    private const string Token = "a-token-of-thirty-two-characters";
    private const string NoWatts = "a power budget above the node has too few watts left";
    private readonly string _tokenFile = Path.GetTempFileName();

    public MeasuredFilterTests() => File.WriteAllText(_tokenFile, Token);

    public void Dispose() => File.Delete(_tokenFile);

    [Fact]
    public async Task Filter_RackDrawsMoreThanReserved_TakesNothingMoreUntilTheReadingIsStale()
    {
        await using var server = await StartAsync(Rack(26_000), ("telemetry:staleSeconds", "2"), ("telemetry:intervalSeconds", "1"));
        Assert.DoesNotContain(NoWatts, await FilterAsync(server), StringComparison.Ordinal);
        await PushAsync(server, "rack", "r0000", 20_000);
        Assert.Contains(NoWatts, await FilterAsync(server), StringComparison.Ordinal);

        await EventuallyAsync(async () => !(await FilterAsync(server)).Contains(NoWatts, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-20_000)]
    [InlineData(1e9)]
    [InlineData(100)]
    public async Task Filter_ReadingThatCannotBe_ChangesNothingAndIsTold(double watts)
    {
        await using var server = await StartAsync(Rack(16_000, busy: 0), ("power:recover", "true"));
        var before = await FilterAsync(server);
        await PushAsync(server, "rack", "r0000", watts);

        Assert.Equal(before, await FilterAsync(server));
        Assert.Contains(server.Log, l => l.StartsWith("Warning: rack/r0000 has a reading of ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("true", "10", "0", true)]
    [InlineData("true", "30", "0", false)]
    [InlineData("true", "10", "600", false)]
    [InlineData("false", "10", "0", false)]
    public async Task Filter_RackDrawsLess_IsRoomOnlyWhereRecovered(string recover, string guard, string settle, bool fits)
    {
        await using var server = await StartAsync(Rack(16_000, busy: 0), ("power:recover", recover), ("power:recoverGuardPercent", guard), ("power:recoverSettleSeconds", settle));
        Assert.Contains(NoWatts, await FilterAsync(server), StringComparison.Ordinal);
        await PushAsync(server, "rack", "r0000", 4_700);
        Assert.Equal(fits, !(await FilterAsync(server)).Contains(NoWatts, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("false", 12_500)]
    [InlineData("true", 12_500)]
    [InlineData("false", 9_000)]
    [InlineData("true", 9_000)]
    public async Task Filter_RackDrawsWhatIsReserved_CountsOnce(string recover, double watts)
    {
        await using var server = await StartAsync(Rack(20_400, busy: 0), ("power:recover", recover));
        await PushAsync(server, "rack", "r0000", watts);
        Assert.DoesNotContain(NoWatts, await FilterAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_NodesDrawMore_CountInTheirRack()
    {
        await using var server = await StartAsync(Rack(25_000));
        await PushAsync(server, "node", "n0001", 10_200);
        Assert.DoesNotContain(NoWatts, await FilterAsync(server), StringComparison.Ordinal);
        await PushAsync(server, "nodeGpus", "n0000", 5_600);
        Assert.Contains(NoWatts, await FilterAsync(server), StringComparison.Ordinal);
    }

    private static ClusterSnapshot Rack(long budgetWatts, params int[] busy) =>
        ClusterBuilder.Spines(1).NodesPerLeaf(2).Racks(2, budgetWatts).Busy(busy).Build();

    private static async Task<string> FilterAsync(TestServer server)
    {
        var (status, text) = await server.PostAsync(
            "filter", """{"Pod":{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"resources":{"limits":{"nvidia.com/gpu":"8"}}}]}},"NodeNames":["n0001"]}""");
        Assert.Equal(200, status);
        return text;
    }

    private static async Task PushAsync(TestServer server, string kind, string name, double watts)
    {
        var at = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        var json = string.Create(CultureInfo.InvariantCulture, $$"""{"readings":[{"kind":"{{kind}}","name":"{{name}}","watts":{{watts}},"at":"{{at}}"}]}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/power/readings") { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 600, "not within 30 s");
            await Task.Delay(50);
        }
    }

    private Task<TestServer> StartAsync(ClusterSnapshot cluster, params (string, string)[] settings) =>
        TestServer.StartAsync(cluster, [("telemetry:push", "true"), ("access:tokenFile", _tokenFile), .. settings]);
}
