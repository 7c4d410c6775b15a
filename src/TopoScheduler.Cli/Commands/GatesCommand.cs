namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched gates</c>: what is to be done about the gates of a live cluster.</summary>
internal sealed class GatesCommand : DocumentedCommand
{
    private readonly GatesRemoveCommand _remove;

    /// <summary>The command on a console.</summary>
    public GatesCommand(CliConsole console)
        : base("gates", "The scheduling gates toposcheduler.io/gang of a live cluster.")
    {
        Add(_remove = new(console));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Arguments)> Examples => _remove.Examples;
}
