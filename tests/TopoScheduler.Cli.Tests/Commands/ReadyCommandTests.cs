using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched ready</c>.</summary>
public sealed class ReadyCommandTests
{
    [Fact]
    public async Task Run_ServerThatBecomesReady_WaitsForIt()
    {
        var asked = 0;
        await using var server = await FakeApiServer.StartAsync(new()
        {
            First = async context =>
            {
                context.Response.StatusCode = Interlocked.Increment(ref asked) < 3 ? 503 : 200;
                await context.Response.BodyWriter.WriteAsync("ok\n"u8.ToArray());
                return true;
            },
        });

        var run = CliHarness.Run("ready", $"{server.Address}readyz?exclude=leader", "--wait", "30");

        Assert.Equal((0, "ok\n", ""), (run.Code, run.Out, run.Error));
        Assert.Equal(3, asked);
        Assert.All(server.Requests, r => Assert.Equal("GET /readyz?exclude=leader", r));
    }

    [Fact]
    public void Run_NobodyListens_Fails()
    {
        var run = CliHarness.Run("ready", "http://127.0.0.1:1/readyz", "--wait", "0");

        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.StartsWith("error: http://127.0.0.1:1/readyz is not ready: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ready", "readyz")]
    [InlineData("ready", "http://127.0.0.1:1/", "--wait", "-1")]
    [InlineData("ready")]
    public void Run_WrongInput_IsToldAsSuch(params string[] args) => Assert.Equal(2, CliHarness.Run(args).Code);
}
