using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace TopoScheduler.Cli.Commands;

/// <summary><c>toposched 0.1.0</c>, whatever program hosts the command line.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <summary>The version of this program.</summary>
    public static string Version =>
        (typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"toposched {Version}");
        return ExitCodes.Placed;
    }
}
