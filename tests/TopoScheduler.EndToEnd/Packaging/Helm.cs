using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The program <c>helm</c>, with no cluster.</summary>
internal static class Helm
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Why it cannot be run; null where it can.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "helm"))) ? null : "helm is not on the PATH";

    /// <summary>The chart.</summary>
    public static string Chart { get; } = Path.Combine(Toposched.Root, "charts", "toposcheduler");

    /// <summary>The objects of a release; what Helm says instead where it refuses.</summary>
    public static async Task<(IReadOnlyList<JsonObject> Objects, string Error)> TemplateAsync(ValueSet set, string release = "toposcheduler")
    {
        var (output, error) = await WithValuesAsync(set, file =>
        [
            "template", release, Chart, "--namespace", "toposcheduler-system", "--kube-version", set.Kubernetes, "--values", file, .. set.Apis.SelectMany(a => (string[])["--api-versions", a]),
        ]);
        return (YamlObjects.Of(output), error);
    }

    /// <summary>What <c>helm lint</c> says.</summary>
    public static async Task<string> LintAsync(ValueSet set)
    {
        var (output, error) = await WithValuesAsync(set, file => ["lint", Chart, "--strict", "--kube-version", set.Kubernetes, "--values", file]);
        return output + error;
    }

    private static async Task<(string Out, string Error)> WithValuesAsync(ValueSet set, Func<string, string[]> arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, set.Yaml);
            var start = new ProcessStartInfo("helm") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in arguments(file)) start.ArgumentList.Add(argument);
            return await Runner.RunAsync(start, Limit);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
