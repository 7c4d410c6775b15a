using System.Diagnostics;

namespace TopoScheduler.Cli.Tests.Commands;

/// <summary><c>toposched completion</c>: a real bash with the script completes by asking the program.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("bash", "complete -o filenames -F _toposched toposched")]
    [InlineData("zsh", "#compdef toposched")]
    [InlineData("fish", "complete -c toposched")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName toposched")]
    public void Completion_OfAShell_IsItsScript(string shell, string expected)
    {
        var run = CliHarness.Run("completion", shell);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Completion_OtherShell_IsCode2AndSaysWhich()
    {
        var run = CliHarness.Run("completion", "tcsh");
        Assert.Equal((ExitCodes.InvalidInput, ""), (run.Code, run.Out));
        Assert.Contains("\"tcsh\": expected bash, zsh, fish or powershell.", run.Error, StringComparison.Ordinal);
    }

    [BashTheory]
    [InlineData("toposched topo", "topology")]
    [InlineData("toposched report --fail", "--fail-if")]
    [InlineData("/any/path/toposched doctor --kube", "--kubeconfig")]
    [InlineData("toposched gates re", "remove")]
    [InlineData("toposched report -o m", "markdown")]
    [InlineData("toposched power --output h", "html")]
    [InlineData("toposched doctor -o m", "markdown")]
    [InlineData("toposched capacity -o h", "html")]
    [InlineData("toposched placements -o h", "html")]
    [InlineData("toposched explain gang train -o m", "markdown")]
    [InlineData("toposched topology -o ", "dot html json markdown svg text wide yaml")]
    [InlineData("toposched completion ", "bash fish powershell zsh")]
    [InlineData("toposched report --cluster samples/clusters/sel", "samples/clusters/selene.yaml")]
    [InlineData("toposched report --job samples/jobs/mpi", "samples/jobs/mpi-finetune.yaml")]
    public void Bash_WithTheScript_Completes(string line, string expected)
    {
        var words = line.Split(' ');
        var script = $$"""
            source <(dotnet "{{Program}}" completion bash)
            toposched() { dotnet "{{Program}}" "$@"; }
            COMP_WORDS=({{string.Join(' ', words.Select(w => $"'{w}'"))}}) COMP_CWORD={{words.Length - 1}} COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            COMP_WORDS[0]=toposched
            _toposched
            printf '%s\n' "${COMPREPLY[@]}" | sort -u
            """;

        Assert.Equal(expected.Split(' '), Bash(script).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    private static string Program => typeof(CliConsole).Assembly.Location;

    private static string Bash(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = bash.StandardOutput.ReadToEndAsync();
        var error = bash.StandardError.ReadToEndAsync();
        bash.WaitForExit();
        Assert.Equal("", error.GetAwaiter().GetResult());
        return output.GetAwaiter().GetResult();
    }

    /// <summary>A theory that needs bash 4; skipped where there is none, as on Windows.</summary>
    private sealed class BashTheoryAttribute : TheoryAttribute
    {
        public BashTheoryAttribute()
        {
            if (!File.Exists("/bin/bash") && !File.Exists("/usr/bin/bash")) Skip = "There is no bash.";
        }
    }
}
