using System.Globalization;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>What <c>gates remove</c> says, for people.</summary>
internal static class GateRemovalText
{
    /// <summary>A number with its thousands apart.</summary>
    public static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, GateRemovalView view)
    {
        if (view.WebhookDeleted is { } deleted) output.Write(deleted ? "the webhook is deleted\n" : "there is no such webhook\n");
        var pods = view.Gates == 1 ? "1 pod" : $"{Count(view.Gates)} pods";
        output.Write(view.DryRun ? $"{pods} wait{(view.Gates == 1 ? "s" : "")} behind our gate\n" : $"the gate is off {pods}{(view.Left.Length > 0 ? $", and still on {Count(view.Left.Length)}" : "")}\n");
        var width = view.Namespaces.Keys.Select(n => n.Length).DefaultIfEmpty().Max();
        foreach (var (name, count) in view.Namespaces) output.Write($"  {name.PadRight(width)}  {Count(count),7}\n");
    }
}
