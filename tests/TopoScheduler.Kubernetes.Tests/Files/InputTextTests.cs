using System.IO.Compression;
using System.Text;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Tests.Files;

public sealed class InputTextTests
{
    private static readonly InputLimits Small = InputLimits.Default with { Bytes = 4096, TextBytes = 128 << 10, ValuesPerObject = 500 };

    [Theory]
    [InlineData("{\"kind\": \"A\"}", "A")]
    [InlineData("{\"kind\":\"A\"}{\"kind\":\"B\"}", "A B")]
    [InlineData("{\"kind\":\"A\"}\n{\"kind\":\"B\"}\n", "A B")]
    [InlineData("[{\"kind\":\"A\"},{\"kind\":\"B\"}]", "A B")]
    [InlineData("{\"kind\":\"List\",\"items\":[{\"kind\":\"A\"},{\"kind\":\"B\"}]}", "A B")]
    [InlineData("{\"items\":[{\"kind\":\"A\"}],\"kind\":\"List\"}", "A")]
    [InlineData("{\"items\":[{\"x\":1},{\"kind\":\"B\"},{}],\"kind\":\"PodList\",\"apiVersion\":\"v1\"}", "B Pod Pod")]
    [InlineData("{\"items\":[],\"kind\":\"List\"}", "")]
    [InlineData("null", "")]
    [InlineData("", "")]
    [InlineData("  \n\n", "")]
    [InlineData("kind: A", "A")]
    [InlineData("kind: A\n---\nkind: B\n", "A B")]
    [InlineData("---\n# nothing\n---\nkind: B\n...\n", "B")]
    [InlineData("kind: List\nitems:\n- kind: A\n- kind: B", "A B")]
    [InlineData("items:\n- kind: A\n- spec: 1\nkind: NodeList\napiVersion: v1", "A Node")]
    [InlineData("- kind: A\n- kind: B", "A B")]
    [InlineData("{kind: A, spec: {a: 1}}", "A")]
    [InlineData("# comment only", "")]
    [InlineData("\uFEFFkind: A", "A")]
    [InlineData("\uFEFF{\"kind\": \"A\"}", "A")]
    public void Objects_EveryForm_GivesItsObjects(string text, string kinds) =>
        Assert.Equal(kinds, string.Join(' ', Read(Bytes(text)).Select(t => t["kind"].Text)));

    [Fact]
    public void Objects_Scalars_KeepTheirText()
    {
        var yaml = Assert.Single(Read(Bytes("{a: 007, b: 1e3, c: \"null\", d: null, e: ~, f: yes, g: 0.50, h: ''}")));
        var json = Assert.Single(Read(Bytes("""{"a": 1e3, "b": 0.50, "c": "x\u00e9", "d": null, "e": true, "f": -1}""")));

        Assert.Equal(["007", "1e3", "null", "", "", "yes", "0.50", ""], "abcdefgh".Select(k => yaml[k.ToString()].Text));
        Assert.Equal([TreeKind.Scalar, TreeKind.Null, TreeKind.Null, TreeKind.Scalar], "cdeh".Select(k => yaml[k.ToString()].Kind));
        Assert.Equal(["1e3", "0.50", "x\u00e9", "", "true", "-1"], "abcdef".Select(k => json[k.ToString()].Text));
    }

    [Fact]
    public void Objects_RepeatedKey_LastCounts()
    {
        Assert.Equal("2", Assert.Single(Read(Bytes("{\"a\": 1, \"b\": 0, \"a\": 2}")))["a"].Text);
        Assert.Equal("2", Assert.Single(Read(Bytes("a: 1\nb: 0\na: 2")))["a"].Text);
    }

    [Fact]
    public void Objects_Lines_AreCounted()
    {
        var json = Read(Bytes("{\"kind\": \"A\",\n \"x\":\n 1}\n\n{\"kind\": \"B\"}"));
        var yaml = Read(Bytes("kind: A\nx:\n  y: 1\n---\nkind: B"));

        Assert.Equal((1, 3, 5), (json[0].Line, json[0]["x"].Line, json[1].Line));
        Assert.Equal((1, 3, 5), (yaml[0].Line, yaml[0]["x"]["y"].Line, yaml[1].Line));
    }

    [Fact]
    public void Objects_AnchorsAndMergeKeys_AreFollowed()
    {
        var tree = Assert.Single(Read(Bytes("base: &b {x: 1, y: 2}\nother: &o {z: 3, x: 9}\nuse: *b\nmerged:\n  y: 5\n  <<: *b\nboth: {<<: [*b, *o]}")));

        Assert.Equal("1", tree["use"]["x"].Text);
        Assert.Equal(("1", "5"), (tree["merged"]["x"].Text, tree["merged"]["y"].Text));
        Assert.Equal(("1", "3"), (tree["both"]["x"].Text, tree["both"]["z"].Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Objects_Gzip_IsToldByItsBytes(bool json)
    {
        var text = json ? "{\"kind\": \"A\"}" : "kind: A";

        Assert.Equal("A", Assert.Single(Read(Gzip(Bytes(text))))["kind"].Text);
    }

    [Theory]
    [InlineData("{\"kind\": \"A\"", "test:1: ends in the middle of an object, expected the rest of it.")]
    [InlineData("{\"kind\": \n\"A", "test:2: not JSON: ")]
    [InlineData("{\"kind\": \"A\",\n}", "test:2: not JSON: ")]
    [InlineData("{\"kind\" \"A\"}", "test:1: not JSON: ")]
    [InlineData("{\"a\": 01}", "test:1: not JSON: ")]
    [InlineData("{\"a\": NaN}", "test:1: not JSON: ")]
    [InlineData("[{\"a\": 1}", "test:1: ends in the middle of an object")]
    [InlineData("[\"a\", \"b\"] 5 6", "test:1: \"5\" stands alone, expected a Kubernetes object.")]
    [InlineData("kind: [A", ": not YAML: ")]
    [InlineData("kind: A\n\tx: 1", "not YAML: ")]
    [InlineData("a: b: c", "test:1: not YAML: ")]
    [InlineData("hello", "test:1: \"hello\" stands alone, expected a Kubernetes object.")]
    [InlineData("a: *nothing", "test:1: alias *nothing names no anchor before it")]
    [InlineData("a: &a [*a]", "alias *a names no anchor before it")]
    [InlineData("? [a, b]\n: c", "a map's key is no text")]
    [InlineData("<<: [5]", "a merge key <<: names no map")]
    [InlineData("{{ .Values.x }}", "a map's key is no text")]
    public void Objects_Malformed_NamesThePlace(string text, string expected) => Assert.Contains(expected, Fails(Bytes(text)).Message);

    [Theory]
    [InlineData("{\"kind\":\"\u00ff\"}")]
    [InlineData("kind: \u00ff")]
    public void Objects_Latin1_ExpectsUtf8(string text) => Assert.Contains("expected UTF-8", Fails(Encoding.Latin1.GetBytes(text)).Message);

    [Fact]
    public void Objects_OtherEncodingsAndFormats_AreNamed()
    {
        Assert.Contains("UTF-16 text, expected UTF-8", Fails([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("kind: A")]).Message);
        Assert.Contains("UTF-16 text, expected UTF-8", Fails([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("kind: A")]).Message);
        Assert.Contains("binary data or UTF-16", Fails(Encoding.Unicode.GetBytes("kind: A")).Message);
        Assert.Contains("a zip archive", Fails("PK\u0003\u0004rest"u8.ToArray()).Message);
        Assert.Contains("zstd data", Fails([0x28, 0xb5, 0x2f, 0xfd, 0]).Message);
        Assert.Contains("gzip within gzip", Fails(Gzip(Gzip(Bytes("kind: A")))).Message);
    }

    [Fact]
    public void Objects_TruncatedGzip_IsTold()
    {
        var whole = Gzip(Bytes(string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"k{i * 7919 % 1000}: {i}"))));

        for (var length = 2; length < whole.Length - 8; length += whole.Length / 40)
        {
            Assert.True(Record.Exception(() => Read(whole[..length])) is InputException, $"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void Objects_DamagedGzip_IsTold()
    {
        var bytes = Gzip(Bytes(new string('a', 5000) + ": 1"));
        bytes[15] ^= 0xff;

        Assert.Contains("gzip", Fails(bytes).Message);
    }

    [Fact]
    public void Objects_GzipBomb_StopsAtTheLimit() => Assert.Contains("holds more than 4096 bytes", Fails(Gzip(new byte[10_000_000].Select(_ => (byte)' ').ToArray()), Small).Message);

    [Theory]
    [InlineData(true, 62, true)]
    [InlineData(true, 64, false)]
    [InlineData(true, 100_000, false)]
    [InlineData(false, 62, true)]
    [InlineData(false, 64, false)]
    [InlineData(false, 100_000, false)]
    public void Objects_DeepNesting_IsRefused(bool json, int depth, bool read)
    {
        var nested = new string('[', depth) + new string(']', depth);
        var bytes = Bytes(json ? $"{{\"a\": {nested}}}" : $"a: {nested}");

        if (read)
        {
            Assert.Single(Read(bytes));
        }
        else
        {
            Fails(bytes);
        }
    }

    [Fact]
    public void Objects_AliasBomb_IsRefused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Contains("aliases written out", Fails(Bytes(text.ToString())).Message);
    }

    [Fact]
    public void Objects_DeepAliases_AreRefused()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 70; i++)
        {
            text.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        }

        Assert.Contains("nests deeper than 64 levels", Fails(Bytes(text.ToString())).Message);
    }

    [Theory]
    [InlineData("{\"a\": [", "1,", "1]}")]
    [InlineData("a: [", "1,", "1]")]
    public void Objects_ManyValues_AreRefused(string start, string middle, string end) =>
        Assert.Contains("one object holds more than 500 values", Fails(Bytes(start + string.Concat(Enumerable.Repeat(middle, 600)) + end), Small).Message);

    [Fact]
    public void Objects_LongText_IsRefused() =>
        Assert.Contains("a single text is longer than", Fails(Bytes($"{{\"a\": \"{new string('x', 300_000)}\"}}"), Small with { Bytes = 1 << 20 }).Message);

    [Fact]
    public void Objects_ShortReads_GiveTheSame()
    {
        var text = "{\"kind\": \"A\", \"spec\": {\"é\": [1, 22, 333, \"ü\\n\"]}}\n\n{\"kind\": \"B\"}";
        var whole = InputText.Objects(new OneByteStream(Bytes(text)), "test", InputLimits.Default).ToList();

        Assert.Equal(["A", "B"], whole.Select(t => t["kind"].Text));
        Assert.Equal("ü\n", whole[0]["spec"]["é"].Items[3].Text);
        Assert.Equal(3, whole[1].Line);
    }

    private static List<Tree> Read(byte[] bytes, InputLimits? limits = null) => [.. InputText.Objects(new MemoryStream(bytes), "test", limits ?? InputLimits.Default)];

    private static InputException Fails(byte[] bytes, InputLimits? limits = null) => Assert.Throws<InputException>(() => Read(bytes, limits));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Gzip(byte[] bytes)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    private sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer.Length > 1 ? buffer[..1] : buffer);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }
}
