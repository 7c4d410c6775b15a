using System.CommandLine;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched completion</c>: a script by which a shell completes verbs, options and words; it asks the program itself, so it never ages.</summary>
internal sealed class CompletionCommand : DocumentedCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    private readonly Argument<string> _shell = new("shell")
    {
        Description = $"One of {string.Join(", ", Shells)}.",
        HelpName = string.Join('|', Shells),
        CompletionSources = { Shells },
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (!Shells.Contains(text)) argument.AddError($"\"{text}\": expected {string.Join(", ", Shells[..^1])} or {Shells[^1]}.");
            return text;
        },
    };

    /// <summary>The command on a console.</summary>
    public CompletionCommand(CliConsole console)
        : base("completion", "Print a script that makes a shell complete toposched.")
    {
        Add(_shell);
        SetAction(parsed => console.Out.Write(Script(parsed.GetRequiredValue(_shell))));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples =>
    [
        ("For this bash; in ~/.bashrc for every one: source <(toposched completion bash)", "completion bash > ~/.local/share/bash-completion/completions/toposched"),
        ("For zsh, in a folder of $fpath", "completion zsh > ~/.zfunc/_toposched"),
    ];

    /// <summary>The script for a shell.</summary>
    private static string Script(string shell)
    {
        using var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
