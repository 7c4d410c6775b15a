namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>The files of the repository the tests were built from.</summary>
internal static class Repository
{
    private const string Solution = "TopoScheduler.sln";
    private static readonly string[] BuildFolders = ["bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", ".git"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of a file or folder given from the root, with <c>/</c> between its parts.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The text of a file given from the root.</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Files below a folder, build output left out, given from the root with <c>/</c>, in ordinal order.</summary>
    public static string[] Files(string folder, string pattern) => [.. Directory
        .EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/'))
        .Where(file => !file.Split('/').Any(BuildFolders.Contains))
        .Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no folder above {AppContext.BaseDirectory} holds {Solution}");
    }
}
