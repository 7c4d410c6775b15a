namespace TopoScheduler.Server.Tests;

/// <summary>Files of the repository the tests were built from.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The bytes of a body a scheduler sends or reads, without the line end after it.</summary>
    public static byte[] Wire(string name) => [.. File.ReadAllBytes(Path.Combine(Root, "tests", "cases", "wire", name)).AsSpan().TrimEnd((byte)'\n')];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds TopoScheduler.sln");
    }
}
