namespace TopoScheduler.Testing.ThirdParty;

/// <summary>
/// Finds third-party data, which is never committed: in the folder named by <c>TOPOSCHEDULER_DATA</c>, else in <c>../shared/data</c> beside the
/// repository root. Where it is absent tests are skipped, except in continuous integration (<c>CI</c> is set), where they fail.
/// </summary>
public static class ThirdPartyData
{
    private const string Solution = "TopoScheduler.sln";

    /// <summary>The folder, whether or not it exists.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>True in continuous integration: absence of the data is a failure.</summary>
    public static bool IsRequired => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    /// <summary>Why tests over the data are skipped; null when they run.</summary>
    public static string? SkipReason => SkipReasonFor(Root, IsRequired);

    /// <summary>The path of a file or folder of the data; null when it is absent.</summary>
    /// <exception cref="FileNotFoundException">It is absent although <c>CI</c> is set.</exception>
    public static string? Path(params string[] parts) => PathIn(Root, IsRequired, parts);

    /// <summary>The path of a file or folder that a test cannot do without.</summary>
    /// <exception cref="FileNotFoundException">It is absent.</exception>
    public static string Require(params string[] parts) => PathIn(Root, required: true, parts)!;

    /// <summary>Why tests over a folder are skipped; null when they run.</summary>
    public static string? SkipReasonFor(string root, bool required) =>
        required || Directory.Exists(root) ? null : $"Third-party data is not at \"{root}\"; set TOPOSCHEDULER_DATA to its folder.";

    /// <summary>The path of a file or folder below a root; null when it is absent and not required.</summary>
    public static string? PathIn(string root, bool required, params string[] parts)
    {
        var path = System.IO.Path.Combine([root, .. parts]);
        if (File.Exists(path) || Directory.Exists(path)) return path;
        return required ? throw new FileNotFoundException($"Third-party data is missing: \"{path}\"; TOPOSCHEDULER_DATA names its folder.", path) : null;
    }

    private static string FindRoot()
    {
        var stated = Environment.GetEnvironmentVariable("TOPOSCHEDULER_DATA");
        if (!string.IsNullOrEmpty(stated)) return System.IO.Path.GetFullPath(stated);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, Solution)))
            {
                return System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared", "data"));
            }
        }

        return System.IO.Path.GetFullPath(System.IO.Path.Combine("..", "shared", "data"));
    }
}
