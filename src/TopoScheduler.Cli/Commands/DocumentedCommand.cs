using System.CommandLine;

namespace TopoScheduler.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal abstract class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Examples, one per line, each as (what it does, arguments after the program's name).</summary>
    public abstract IReadOnlyList<(string What, string Arguments)> Examples { get; }
}
