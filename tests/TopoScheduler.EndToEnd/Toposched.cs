using System.Diagnostics;

namespace TopoScheduler.EndToEnd;

/// <summary>The program itself, as its own process at the repository's root.</summary>
internal static class Toposched
{
    /// <summary>A sample cluster.</summary>
    public const string Dgx = "samples/clusters/dgx-h100-su.yaml";

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The HTML report of jobs on a cluster.</summary>
    public static Task<string> HtmlAsync(string cluster, params string[] jobs) => PageAsync(["report", "--cluster", cluster, .. jobs.SelectMany(j => new[] { "--job", j })]);

    /// <summary>What a command prints as HTML.</summary>
    public static async Task<string> PageAsync(params string[] command)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root };
        start.Environment["LC_ALL"] = "C.UTF-8";
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "toposched.dll"), .. command, "-o", "html"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var (report, error) = await Runner.RunAsync(start, TimeSpan.FromSeconds(60));
        Assert.True(report.StartsWith("<!DOCTYPE html>", StringComparison.Ordinal), error);
        return report;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TopoScheduler.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds TopoScheduler.sln");
    }
}
