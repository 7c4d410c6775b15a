using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched 0.1.0</c>, whatever program hosts the command line.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var version = typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        parseResult.InvocationConfiguration.Output.WriteLine($"toposched {version.Split('+')[0]}");
        return ExitCodes.Placed;
    }
}
