using System.CommandLine.Parsing;
using System.Globalization;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Commands;

/// <summary>Readers of option values whose errors name the option, the value and what was expected.</summary>
internal static class OptionValues
{
    /// <summary>A whole number within bounds.</summary>
    public static long? Whole(ArgumentResult argument, long min, long max)
    {
        var text = argument.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        var range = max == long.MaxValue ? $"of at least {min}" : $"between {min} and {max}";
        argument.AddError($"option {NameOf(argument)}=\"{text}\": expected a whole number {range}.");
        return null;
    }

    /// <summary>How a report is written: <c>text</c>, <c>wide</c>, <c>json</c>, <c>yaml</c>, <c>markdown</c> or <c>html</c>.</summary>
    public static ReportFormat Format(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var known = Enum.GetValues<ReportFormat>();
        foreach (var format in known)
        {
            if (NameOf(format) == text) return format;
        }

        argument.AddError($"option {NameOf(argument)}=\"{text}\": expected {string.Join(", ", known[..^1].Select(NameOf))} or {NameOf(known[^1])}.");
        return ReportFormat.Text;
    }

    /// <summary>A format as it is asked for.</summary>
    public static string NameOf(ReportFormat format) => format.ToString().ToLowerInvariant();

    /// <summary>A namespace as Kubernetes accepts it.</summary>
    public static string? Namespace(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!JobsQuestion.IsNamespace(text)) argument.AddError($"option {NameOf(argument)}=\"{text}\": expected {JobsQuestion.ExpectedNamespace}.");
        return text;
    }

    /// <summary>A moment with its offset.</summary>
    public static DateTimeOffset? Moment(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var moment = MomentText.Read(text);
        if (moment is null) argument.AddError($"option {NameOf(argument)}=\"{text}\": expected {MomentText.Expected}.");
        return moment;
    }

    /// <summary>A moment as a server reads it; null for none.</summary>
    public static string? Written(DateTimeOffset? moment) => moment is { } at ? MomentText.Write(at) : null;

    private static string NameOf(ArgumentResult argument) => argument.Parent is OptionResult option ? option.Option.Name : "?";
}
