using System.Text;

namespace TopoScheduler.Server.Tests;

/// <summary>Files of the repository the tests were built from.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The bytes of a body a scheduler sends or reads, without the line end after it.</summary>
    public static byte[] Wire(string name) => [.. File.ReadAllBytes(WirePath(name)).AsSpan().TrimEnd((byte)'\n')];

    /// <summary>
    /// Folders of <c>tests/cases/wire</c> with what schedulers of some version sent, each with both forms of bodies: <c>names</c> (<c>nodeCacheCapable</c>) and
    /// <c>nodes</c>.
    /// </summary>
    public static TheoryData<string, string> RecordedWire()
    {
        var data = new TheoryData<string, string>();
        foreach (var version in Directory.GetDirectories(WirePath("")).Select(d => Path.GetFileName(d)).Where(n => n != "documented").Order(StringComparer.Ordinal))
        {
            data.Add(version, "names");
            data.Add(version, "nodes");
        }

        return data;
    }

    /// <summary>
    /// A body equals the file. <c>UPDATE_GOLDEN=1</c> rewrites it, on a developer's machine only: where CI is set a difference always fails.
    /// </summary>
    public static void AssertWire(string name, string body)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: expected files are reviewed, not made, there.");
            File.WriteAllText(WirePath(name), body + "\n");
        }

        Assert.True(File.Exists(WirePath(name)), $"tests/cases/wire/{name} is missing; UPDATE_GOLDEN=1 writes it.");
        Assert.Equal(Encoding.UTF8.GetString(Wire(name)), body);
    }

    private static string WirePath(string name) => Path.Combine(Root, "tests", "cases", "wire", name);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds TopoScheduler.sln");
    }
}
