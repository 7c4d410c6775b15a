using TopoScheduler.Cli;
using TopoScheduler.Cli.Commands;

return CommandLine.Run(args, CliConsole.OfProcess());
