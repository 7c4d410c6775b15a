namespace TopoScheduler.Cli.Commands;

/// <summary>A server does not answer, or refuses. The message names the request and what was said.</summary>
internal sealed class ServerDoorException(string message, Exception? inner) : Exception(message, inner);
