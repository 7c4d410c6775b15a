using System.IO.Compression;
using System.Text;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>A file of settings becomes flat keys, as written and in the order of the file.</summary>
public sealed class SettingsFileTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("# nothing but a comment\n", "")]
    [InlineData("---\n", "")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    [InlineData("listen: {url: http://127.0.0.1:8888}", "listen:url=http://127.0.0.1:8888")]
    [InlineData("extender:\n  bodyMiB: 8\n  onlyFailedNodes: true\nlog: {level: debug}\n", "extender:bodyMiB=8 extender:onlyFailedNodes=true log:level=debug")]
    [InlineData("{\"extender\": {\"bodyMiB\": 8, \"onlyFailedNodes\": true}, \"log\": {\"level\": \"debug\"}}", "extender:bodyMiB=8 extender:onlyFailedNodes=true log:level=debug")]
    [InlineData("a: {b: {c: 1}}\nd: 2", "a:b:c=1 d=2")]
    [InlineData("a: [x, {b: y}]", "a:0=x a:1:b=y")]
    [InlineData("a: &shared {x: 1}\nb: *shared", "a:x=1 b:x=1")]
    public void Read_Text_IsFlatKeysInTheOrderOfTheFile(string text, string expected) => Assert.Equal(expected, Told(text));

    // A key with no value is one the user left for later: the default stands.
    [Theory]
    [InlineData("listen:\nextender: {bodyMiB: 8, holdSeconds: null, bindMilliseconds: ~}")]
    [InlineData("{\"listen\": null, \"extender\": {\"bodyMiB\": 8, \"holdSeconds\": null}}")]
    [InlineData("listen: {}\nextender: {bodyMiB: 8}\npower: []")]
    public void Read_Null_CountsAsNotGiven(string text) => Assert.Equal("extender:bodyMiB=8", Told(text));

    // An empty text is a value, and a number is what was written.
    [Theory]
    [InlineData("a: ''", "a=")]
    [InlineData("a: 010", "a=010")]
    [InlineData("a: 1e3", "a=1e3")]
    [InlineData("a: yes", "a=yes")]
    [InlineData("{\"a\": 1.50}", "a=1.50")]
    [InlineData("{\"a\": \"\\u00e4\"}", "a=\u00e4")]
    public void Read_Scalar_KeepsItsText(string text, string expected) => Assert.Equal(expected, Told(text));

    [Theory]
    [InlineData("- a\n- b", "is no single map of settings")]
    [InlineData("just words", "\"just words\" stands alone")]
    [InlineData("8", "\"8\" stands alone")]
    [InlineData("a: 1\n---\nb: 2", "is no single map of settings")]
    [InlineData("a: 1\nb: 2\na: 3", ":3: \"a\" stands twice in one map, expected once.")]
    [InlineData("x:\n  a: 1\n  a: 3", ":3: \"a\" stands twice in one map, expected once.")]
    [InlineData("x: {bodyMiB: 1, bodymib: 3}", "\"x.bodymib\" stands twice in the file, expected once.")]
    [InlineData("x: {a: 1}\nX: {A: 3}", "\"X.A\" stands twice in the file, expected once.")]
    [InlineData("a: {b: 1", "not YAML")]
    [InlineData("{\"a\": {\"b\": 1}", "ends in the middle of an object")]
    [InlineData("<html></html>", "a web page")]
    public void Read_WhatIsNoMapOfSettings_IsRefusedByNameAndPlace(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("settings.yaml", Encoding.UTF8.GetBytes(text));

        var e = Assert.Throws<InputException>(() => SettingsFile.Read(path));

        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeepNesting_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("settings.json", Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 100)}{new string(']', 100)}}}"));

        Assert.Throws<InputException>(() => SettingsFile.Read(path));
    }

    [Fact]
    public void Read_NoSuchFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "none.yaml");

        Assert.StartsWith($"{path}: no such file", Assert.Throws<InputException>(() => SettingsFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ByteOrderMarkAndGzip_AreReadAsAnyOtherFile()
    {
        using var folder = new TemporaryFolder();
        byte[] text = [0xef, 0xbb, 0xbf, .. "a: {b: 1}\r\nc: 2\r\n"u8];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(text);

        Assert.Equal("a:b=1 c=2", Told(SettingsFile.Read(folder.Write("settings.yaml", text))));
        Assert.Equal("a:b=1 c=2", Told(SettingsFile.Read(folder.Write("settings.yaml.gz", packed.ToArray()))));
    }

    private static string Told(string text)
    {
        using var folder = new TemporaryFolder();
        return Told(SettingsFile.Read(folder.Write("settings.yaml", Encoding.UTF8.GetBytes(text))));
    }

    private static string Told(IReadOnlyList<KeyValuePair<string, string>> settings) => string.Join(' ', settings.Select(s => $"{s.Key}={s.Value}"));
}
