using System.Diagnostics;

namespace TopoScheduler.EndToEnd.Walkthrough;

/// <summary>The shell of an administrator: <c>kubectl</c> and <c>toposched</c>, a folder with the files of the project, the cluster of a kubeconfig file.</summary>
internal sealed class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    // What an administrator has on the path.
    private static readonly string Programs = $$"""
        kubectl() { '{{KubectlBinary.File}}' "$@"; }
        toposched() { dotnet '{{Path.Combine(AppContext.BaseDirectory, "toposched.dll")}}' "$@"; }

        """;

    private readonly string _folder;
    private readonly string _kubeconfig;

    /// <param name="folder">A folder for everything of it.</param>
    /// <param name="kubeconfig">The cluster.</param>
    public Shell(string folder, string kubeconfig)
    {
        (_folder, _kubeconfig) = (Path.Combine(folder, "work"), kubeconfig);
        var source = Path.Combine(Toposched.Root, "manifests");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder, "manifests", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Full path of a file in the folder where commands run.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Writes a file into that folder.</summary>
    public Task WriteAsync(string name, string text) => File.WriteAllTextAsync(PathOf(name), text);

    /// <summary>Runs commands, which end at the first that fails.</summary>
    /// <returns>Exit code, standard output and standard error.</returns>
    public async Task<(int Code, string Out, string Error)> RunAsync(string commands)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        foreach (var argument in (string[])["-c", "bash -euo pipefail -c \"$1\" < /dev/null; code=$?; echo; echo $code", "walk", Programs + commands]) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = _kubeconfig;
        start.Environment["HOME"] = _folder;
        start.Environment["LC_ALL"] = "C.UTF-8";
        var (output, error) = await Runner.RunAsync(start, Limit);
        var cut = output.TrimEnd().LastIndexOf('\n');
        return (int.Parse(output[(cut + 1)..], System.Globalization.CultureInfo.InvariantCulture), output[..cut].TrimEnd(), error.TrimEnd());
    }
}
