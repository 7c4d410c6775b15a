using System.Diagnostics;

namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The program as people get it on their machine: a .NET tool, and a plugin of kubectl.</summary>
[Trait("Category", "EndToEnd")]
public sealed class ToolTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("toposched-tool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tool_PackedAndInstalled_ReportsAsTheProgramDoes()
    {
        // The package comes from this folder and nowhere else.
        var sources = Path.Combine(_folder, "nuget.config");
        await File.WriteAllTextAsync(sources, $"<configuration><packageSources><clear /><add key=\"here\" value=\"{_folder}\" /></packageSources></configuration>");
        var packed = await RunAsync("dotnet", "pack", "src/TopoScheduler.Cli", "--no-build", "-c", Configuration, "-o", _folder, "-nodeReuse:false", "-p:Version=9.8.7");
        Assert.True(File.Exists(Path.Combine(_folder, "toposched.9.8.7.nupkg")), packed);
        var tools = Path.Combine(_folder, "tools");
        await RunAsync("dotnet", "tool", "install", "toposched", "--tool-path", tools, "--configfile", sources, "--version", "9.8.7");

        var program = Path.Combine(tools, "toposched");
        Assert.StartsWith("toposched ", await RunAsync(program, "--version"), StringComparison.Ordinal);
        string[] ask = ["report", "--cluster", Toposched.Dgx, "--job", "samples/jobs/pretrain-24x8.yaml", "-o", "json"];
        Assert.Equal(await RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "toposched.dll"), .. ask]), await RunAsync(program, ask));
    }

    [KubectlFact]
    public async Task Plugin_CalledByKubectl_AnswersUnderItsName()
    {
        foreach (var file in Directory.GetFiles(Built)) File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        File.Move(Path.Combine(_folder, "toposched"), Path.Combine(_folder, "kubectl-topo"));

        Assert.Contains("kubectl topo report --cluster cluster.yaml --job job.yaml", await RunAsync("kubectl", "topo", "report", "--help"), StringComparison.Ordinal);
        Assert.Contains("PLACED", await RunAsync("kubectl", "topo", "report", "--cluster", Toposched.Dgx, "--job", "samples/jobs/pretrain-24x8.yaml"), StringComparison.Ordinal);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Built => Path.Combine(Toposched.Root, "src", "TopoScheduler.Cli", "bin", Configuration, "net10.0");

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Toposched.Root };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PATH"] = $"{_folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath);
        start.Environment["DOTNET_CLI_HOME"] = _folder;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["DOTNET_NOLOGO"] = "1";
        var (output, error) = await Runner.RunAsync(start, Limit);
        Assert.True(error.Length == 0, $"{program} {string.Join(' ', arguments)}: {error}{output}");
        return output;
    }

    /// <summary>A test that needs kubectl: skipped with a reason where it is not on the PATH.</summary>
    private sealed class KubectlFactAttribute : FactAttribute
    {
        public KubectlFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (!folders.Any(f => File.Exists(Path.Combine(f, "kubectl")))) Skip = "There is no kubectl on the PATH.";
        }
    }
}
