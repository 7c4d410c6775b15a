using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server;

/// <summary>The log: one line an event on standard error, text for people, JSON for programs.</summary>
internal static class ServerLog
{
    /// <summary>Sets it up.</summary>
    /// <param name="builder">The log of the host.</param>
    /// <param name="options">What is logged, and how.</param>
    /// <param name="instead">Where to log instead of standard error.</param>
    public static void Configure(ILoggingBuilder builder, LogOptions options, Action<ILoggingBuilder>? instead)
    {
        builder.SetMinimumLevel(Enum.Parse<LogLevel>(options.Level, ignoreCase: true));
        // The framework tells every request, and that we were interrupted.
        builder.AddFilter("Microsoft", LogLevel.Warning);
        if (instead is not null)
        {
            instead(builder);
            return;
        }

        var format = options.Format ?? (Console.IsErrorRedirected ? "json" : "text");
        builder.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ssZ ", true));
        builder.AddJsonConsole(o => (o.TimestampFormat, o.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ", true));
        builder.Services.Configure<ConsoleLoggerOptions>(o =>
        {
            o.FormatterName = format == "json" ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
            o.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }
}
