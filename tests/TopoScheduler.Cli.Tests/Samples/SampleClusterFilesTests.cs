using System.IO.Compression;
using System.Text;
using TopoScheduler.Testing.Samples;

namespace TopoScheduler.Cli.Tests.Samples;

/// <summary>The committed cluster samples are what their generator writes; <c>UPDATE_GOLDEN=1</c> writes them.</summary>
public sealed class SampleClusterFilesTests
{
    private static readonly string Folder = Path.Combine(Golden.Root, "samples", "clusters");

    public static TheoryData<string> Files => [.. SampleClusters.All.Select(s => s.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void CommittedFile_AsGenerated(string file)
    {
        var content = SampleClusters.All.Single(s => s.File == file).Content;
        var path = Path.Combine(Folder, file);
        if (!file.EndsWith(".gz", StringComparison.Ordinal))
        {
            Golden.AssertFile(path, content);
            return;
        }

        // Compared unpacked: the packed bytes depend on the compressor's version.
        if (Golden.Updating && (!File.Exists(path) || Unpacked(path) != content))
        {
            using var packed = new GZipStream(File.Create(path), CompressionLevel.SmallestSize);
            packed.Write(Encoding.UTF8.GetBytes(content));
        }

        Assert.Equal(content, Unpacked(path));
    }

    [Fact]
    public void Folder_HoldsNothingElse() =>
        Assert.Equal(SampleClusters.All.Select(s => s.File).Order(StringComparer.Ordinal), Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static string Unpacked(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
