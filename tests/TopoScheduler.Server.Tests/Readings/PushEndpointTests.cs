using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TopoScheduler.Server.Tests.Readings;

public sealed class PushEndpointTests : IDisposable
{
    private const string Token = "a-token-of-thirty-two-characters";
    private static readonly Uri Path = new("/v1/power/readings", UriKind.Relative);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("push-");

    private string TokenFile => System.IO.Path.Combine(_folder.FullName, "token");

    public PushEndpointTests() => File.WriteAllText(TokenFile, Token + "\n");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Push_Off_IsNotFound()
    {
        await using var server = await TestServer.StartAsync(TestServer.Cluster());
        Assert.Equal(404, (await PushAsync(server, Body(Item("r1", 100)))).Status);
    }

    [Fact]
    public async Task Push_Readings_AreCounted()
    {
        await using var server = await StartAsync();
        Assert.Equal((200, """{"taken":2,"refused":0,"problems":[]}"""), await PushAsync(server, Body(Item("r1", 100), Item("r2", -1))));
        Assert.Equal((200, """{"taken":0,"refused":0,"problems":[]}"""), await PushAsync(server, Body()));
    }

    [Fact]
    public async Task Push_SomeItemsWrong_OthersAreTakenAndEachIsNamed()
    {
        await using var server = await StartAsync();
        var (status, text) = await PushAsync(server, Body(Item("r1", 100, -60), Item("r2", 100), """{"kind":"rack"}""", Item("r3", 5, 60)));

        Assert.Equal(422, status);
        Assert.StartsWith("""{"taken":1,"refused":3,"problems":[{"index":0,"field":"at","value":"2""", text, StringComparison.Ordinal);
        Assert.Contains("""expected":"a time not longer ago than telemetry.staleSeconds"},{"index":2,"field":"name","value":"","expected":""", text, StringComparison.Ordinal);
        Assert.Contains("""{"index":3,"field":"at",""", text, StringComparison.Ordinal);
        Assert.Contains("a time at most 30 s ahead", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer a-token-of-thirty-two-character")]
    [InlineData("Bearer a-token-of-thirty-two-charactersX")]
    [InlineData("Bearer A-TOKEN-OF-THIRTY-TWO-CHARACTERS")]
    [InlineData("Basic a-token-of-thirty-two-characters")]
    [InlineData("a-token-of-thirty-two-characters")]
    public async Task Push_WithoutTheToken_IsUnauthorizedAndNothingIsRead(string? authorization)
    {
        await using var server = await StartAsync();
        var (status, text) = await PushAsync(server, "no JSON", authorization);

        Assert.Equal((401, "Expected a bearer token that is known and valid.\n"), (status, text));
        Assert.DoesNotContain(server.Log, l => l.Contains("a-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_Strangers_AreToldOnce()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 5; i++) await PushAsync(server, Body(), "Bearer guess");
        Assert.Single(server.Log, l => l.Contains("/v1/power/readings refused with 401", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_Unauthorized_SaysWhichScheme()
    {
        await using var server = await StartAsync();
        using var body = new StringContent("{}");
        using var answer = await server.Client.PostAsync(Path, body);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
    }

    [Fact]
    public async Task Push_TokenRotates_OnlyTheNewOneIsTaken()
    {
        await using var server = await StartAsync();
        await File.WriteAllTextAsync(TokenFile, "another-token-of-characters");
        Assert.Equal(401, (await PushAsync(server, Body())).Status);
        Assert.Equal(200, (await PushAsync(server, Body(), "bearer another-token-of-characters")).Status);

        File.Delete(TokenFile);
        Assert.Equal(401, (await PushAsync(server, Body(), "Bearer another-token-of-characters")).Status);
        Assert.Contains(server.Log, l => l.StartsWith("Warning: callers cannot be checked: ", StringComparison.Ordinal));

        await File.WriteAllTextAsync(TokenFile, "");
        Assert.Equal(401, (await PushAsync(server, Body(), "Bearer ")).Status);
    }

    [Fact]
    public async Task Push_Malformed_IsABadRequest()
    {
        await using var server = await StartAsync();
        Assert.Equal((400, "The body is malformed: expected a list \"readings\".\n"), await PushAsync(server, "{}"));
    }

    [Fact]
    public async Task Push_TooLarge_IsRefused()
    {
        await using var server = await StartAsync();
        Assert.Equal(413, (await PushAsync(server, new string(' ', (1 << 20) + 1))).Status);
    }

    [Fact]
    public async Task Push_OtherMethod_IsNotAllowed()
    {
        await using var server = await StartAsync();
        using var answer = await server.Client.GetAsync(Path);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Push_ManyWrongItems_AreCountedAndTheFirstAreListed()
    {
        await using var server = await StartAsync();
        var (status, text) = await PushAsync(server, Body([.. Enumerable.Repeat("7", 500)]));
        Assert.Equal(422, status);
        Assert.StartsWith("""{"taken":0,"refused":500,""", text, StringComparison.Ordinal);
        Assert.Equal(100, text.Split("\"index\"").Length - 1);
    }

    private static string Body(params string[] items) => $$"""{"readings":[{{string.Join(',', items)}}]}""";

    private static string Item(string name, int watts, int secondsAhead = 0)
    {
        var at = DateTimeOffset.UtcNow.AddSeconds(secondsAhead).ToString("O", CultureInfo.InvariantCulture);
        return $$"""{"kind":"rack","name":"{{name}}","watts":{{watts}},"at":"{{at}}"}""";
    }

    private static async Task<(int Status, string Text)> PushAsync(TestServer server, string json, string? authorization = "Bearer " + Token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await server.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(TestServer.Cluster(), ("telemetry:push", "true"), ("access:tokenFile", TokenFile));
}
