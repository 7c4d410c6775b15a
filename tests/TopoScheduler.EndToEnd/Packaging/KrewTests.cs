using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The krew manifest that a release gets from its template, held against what krew asks of one.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class KrewTests : IDisposable
{
    private static readonly string[] Platforms = ["linux-x64", "linux-arm64", "osx-x64", "osx-arm64", "win-x64"];

    private readonly string _folder = Directory.CreateTempSubdirectory("krew-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Manifest_OfARelease_IsAsKrewAsks()
    {
        foreach (var platform in Platforms) await File.WriteAllTextAsync(Path.Combine(_folder, $"kubectl-topo_{platform}.tar.gz"), platform);

        await ReleaseAsync("1.2.3", "https://example.test/toposched/");

        var text = await File.ReadAllTextAsync(Path.Combine(_folder, "topo.yaml"));
        Assert.DoesNotMatch("VERSION|URL|SHA256", text);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var manifest = (YamlMappingNode)yaml.Documents.Single().RootNode;
        Assert.Equal(("krew.googlecontainertools.github.com/v1alpha2", "Plugin"), (Text(manifest, "apiVersion"), Text(manifest, "kind")));
        Assert.Equal("topo", Text((YamlMappingNode)manifest["metadata"], "name"));
        var spec = (YamlMappingNode)manifest["spec"];
        Assert.Matches(SemanticVersion(), Text(spec, "version"));
        Assert.StartsWith("https://", Text(spec, "homepage"), StringComparison.Ordinal);
        Assert.InRange(Text(spec, "shortDescription").Length, 10, 50);
        Assert.False(Text(spec, "shortDescription").EndsWith('.'));
        Assert.NotEmpty(Text(spec, "description"));
        var platforms = ((YamlSequenceNode)spec["platforms"]).Cast<YamlMappingNode>().ToList();
        Assert.Equal(Platforms.Length, platforms.Select(p => p["selector"]["matchLabels"].ToString()).Distinct().Count());
        foreach (var platform in platforms) CheckPlatform(platform);
    }

    [Theory]
    [InlineData("v1.2.3", "https://example.test")]
    [InlineData("1.2.3", "http://example.test")]
    public async Task Release_WrongArguments_AreRefused(string version, string url) => Assert.Equal(2, await ReleaseAsync(version, url));

    private void CheckPlatform(YamlMappingNode platform)
    {
        var uri = new Uri(Text(platform, "uri"));
        var archive = Path.Combine(_folder, Path.GetFileName(uri.AbsolutePath));
        Assert.Equal($"https://example.test/toposched/releases/download/v1.2.3/{Path.GetFileName(archive)}", uri.ToString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(archive))), Text(platform, "sha256"));
        Assert.Contains(Text((YamlMappingNode)platform["selector"]["matchLabels"], "os"), (string[])["linux", "darwin", "windows"]);
        var bin = Text(platform, "bin");
        Assert.StartsWith("kubectl-topo", bin, StringComparison.Ordinal);
        Assert.Contains(((YamlSequenceNode)platform["files"]).Cast<YamlMappingNode>(), f => Text(f, "from") == $"./{bin}");
        Assert.Contains(((YamlSequenceNode)platform["files"]).Cast<YamlMappingNode>(), f => Text(f, "from") == "./LICENSE");
    }

    private async Task<int> ReleaseAsync(string version, string url)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Toposched.Root };
        foreach (var argument in (string[])["packaging/krew/release.sh", version, url, _folder, "--manifest-only"]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0 or 2, await error);
        return process.ExitCode;
    }

    private static string Text(YamlMappingNode map, string key) => ((YamlScalarNode)map[key]).Value!;

    [GeneratedRegex(@"^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex SemanticVersion();
}
