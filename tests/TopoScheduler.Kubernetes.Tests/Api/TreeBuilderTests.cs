using System.Text;
using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class TreeBuilderTests
{
    private const string Pod = """
        {"metadata":{"name":"p","labels":{"a":"1","b":"","q":"\"\u00e9\u4e2d"},"managedFields":[{"x":[1,{"y":2}]}],"annotations":{}},
         "spec":{"containers":[{"name":"c","env":[{"name":"A","value":"B"}],"resources":{"limits":{"cpu":1.5,"memory":"1Gi","nvidia.com/gpu":8}}}],"n":null,"t":true,"f":false,"empty":[],"lists":[[1,2],[3]]}}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Take_PiecesOfAnyLength_GiveWhatFilesGive(int piece)
    {
        var builder = new TreeBuilder(new(), InputLimits.Default);
        using var stream = new PiecemealStream(Encoding.UTF8.GetBytes(Pod), piece);

        Assert.True(await new JsonFeed(stream, InputLimits.Default).RunAsync(builder, default));

        Assert.Equal(Shown(FromFile(Pod)), Shown(builder.Result));
        Assert.DoesNotContain("managedFields", Shown(builder.Result), StringComparison.Ordinal);
        Assert.Equal("\"é中", builder.Result["metadata"]["labels"]["q"].Text);
    }

    [Theory]
    [InlineData("{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"t\"},\"items\":[{\"a\":1},{\"a\":{\"items\":[2]}}]}")]
    [InlineData("{\"items\":[{\"a\":1},{\"a\":{\"items\":[2]}}],\"metadata\":{\"items\":[{\"x\":1}],\"continue\":\"t\",\"resourceVersion\":\"7\"}}\n")]
    public async Task Take_List_HandsOutItemsAndKeepsTheHead(string text)
    {
        var tokens = new ListTokens(new(new(), InputLimits.Default));
        using var stream = new PiecemealStream(Encoding.UTF8.GetBytes(text), 3);
        var feed = new JsonFeed(stream, InputLimits.Default);
        var items = new List<string>();
        while (await feed.RunAsync(tokens, default) && !tokens.IsComplete)
        {
            items.Add(Shown(tokens.Item!));
        }

        Assert.Equal(["{a:1}", "{a:{items:[2]}}"], items);
        Assert.Equal("7", tokens.Metadata["resourceVersion"].Text);
        Assert.Equal("t", tokens.Metadata["continue"].Text);
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":[1,2")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":\"\u0001\"}")]
    [InlineData("nonsense")]
    public async Task Take_BrokenOrCutOff_IsAnError(string text)
    {
        using var stream = new PiecemealStream(Encoding.UTF8.GetBytes(text), 4);
        var feed = new JsonFeed(stream, InputLimits.Default);

        await Assert.ThrowsAnyAsync<JsonException>(() => feed.RunAsync(new TreeBuilder(new(), InputLimits.Default), default).AsTask());
    }

    [Fact]
    public async Task Take_BeyondTheLimits_RefusesThatObjectAndGoesOn()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70);
        var many = "{\"a\":[" + string.Join(',', Enumerable.Repeat("1", 50)) + "],\"b\":{\"c\":2}}";
        using var stream = new PiecemealStream(Encoding.UTF8.GetBytes($"{deep}\n{many}\n{{\"ok\":1}}\n"), 11);
        var builder = new TreeBuilder(new(), InputLimits.Default with { ValuesPerObject = 20 });
        var feed = new JsonFeed(stream, InputLimits.Default);
        var answers = new List<string>();
        while (await feed.RunAsync(builder, default))
        {
            answers.Add(builder.Refusal ?? Shown(builder.Result));
        }

        Assert.Equal(["is nested deeper than 64 levels", "holds more than 20 values", "{ok:1}"], answers);
    }

    [Fact]
    public async Task Take_EqualTexts_AreOneString()
    {
        var builder = new TreeBuilder(new(), InputLimits.Default);
        using var stream = new MemoryStream("""{"node":"rack-1"} {"node":"rack-1"}"""u8.ToArray());
        var feed = new JsonFeed(stream, InputLimits.Default);
        await feed.RunAsync(builder, default);
        var first = builder.Result["node"];
        await feed.RunAsync(builder, default);

        Assert.Same(first, builder.Result["node"]);
    }

    [Fact]
    public async Task Run_TextLongerThanTheLimit_IsRefused()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', 100_000) + "\"}"));
        var limits = InputLimits.Default with { TextBytes = 32 << 10 };

        await Assert.ThrowsAsync<JsonException>(() => new JsonFeed(stream, limits).RunAsync(new TreeBuilder(new(), limits), default).AsTask());
    }

    /// <summary>A tree in one line.</summary>
    internal static string Shown(Tree tree) => tree.Kind switch
    {
        TreeKind.Map => "{" + string.Join(',', tree.Entries.ToArray().Select(e => $"{e.Key}:{Shown(e.Value)}")) + "}",
        TreeKind.List => "[" + string.Join(',', tree.Items.ToArray().Select(Shown)) + "]",
        TreeKind.Null => "null",
        _ => tree.Text,
    };

    private static Tree FromFile(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return new JsonObjects(stream, "text", InputLimits.Default).Read().Single();
    }
}
