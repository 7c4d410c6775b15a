using System.Runtime.CompilerServices;

namespace TopoScheduler.Cli.Tests;

/// <summary>
/// Expected files beside the tests. <c>UPDATE_GOLDEN=1</c> rewrites them, on a developer's machine only: where CI is set a difference always fails.
/// </summary>
internal static class Golden
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = RootOf();

    /// <summary>Expected files are to be rewritten. Throws where CI is set.</summary>
    public static bool Updating
    {
        get
        {
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") != "1") return false;
            Xunit.Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: expected files are reviewed, not made, there.");
            return true;
        }
    }

    /// <summary>The text equals the file at a path relative to this test project.</summary>
    public static void Assert(string path, string actual) => AssertFile(Path.Combine(Root, "tests", "TopoScheduler.Cli.Tests", path), actual);

    /// <summary>The text equals the file.</summary>
    public static void AssertFile(string file, string actual)
    {
        if (Updating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        Xunit.Assert.True(File.Exists(file), $"{Path.GetRelativePath(Root, file)} is missing; UPDATE_GOLDEN=1 writes it.");
        Xunit.Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string RootOf([CallerFilePath] string thisFile = "")
    {
        // The source path is mapped away in deterministic builds, so look upwards from the binaries; the source path is the fallback.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) return folder.FullName;
        }

        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
    }
}
