using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.PowerDomains;

namespace TopoScheduler.Server.Controllers;

/// <summary>What the status of a power domain says.</summary>
internal static class PowerStatusText
{
    /// <summary>The status of one.</summary>
    /// <param name="spec">What its resource says.</param>
    /// <param name="before">Its status up to now; null without one.</param>
    /// <param name="standing">How it stands.</param>
    /// <param name="now">What time it is.</param>
    public static PowerDomainStatus Of(PowerDomainSpec spec, PowerDomainStatus? before, PowerStanding standing, DateTimeOffset now)
    {
        var second = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        var error = spec.Problems.FirstOrDefault(p => p.Severity == Severity.Error)?.Message;
        var (domain, message) = (standing.Domain, Message(standing));
        return new()
        {
            EffectiveBudgetWatts = domain.BudgetWatts,
            CommittedWatts = domain.CommittedWatts,
            MeasuredWatts = domain.MeasuredWatts,
            HeadroomWatts = domain.HeadroomWatts,
            StrandedWatts = domain.StrandedWatts,
            OverBudget = domain.OverBudget,
            Window = standing.Window,
            Message = error is null ? message : $"{message} Not all of it can be read: {error}",
            ObservedAt = second,
            Conditions =
            [
                Of(PowerDomainCondition.OverBudget, domain.OverBudget, domain.OverBudget ? "OverCommitted" : "WithinBudget", message),
                Of(PowerDomainCondition.Readable, error is null, error is null ? "Read" : "WrongValue", error ?? "Everything in it can be read."),
            ],
        };

        ObjectCondition Of(string type, bool holds, string reason, string text) => new ObjectCondition(type, holds, reason, text, second).After(before?.Conditions ?? []);
    }

    private static string Message(PowerStanding standing)
    {
        var committed = standing.Domain.CommittedWatts;
        if (standing.Domain.BudgetWatts is not { } budget) return $"{Watts(committed)} are committed; nothing bounds it.";
        var open = standing.Window is null ? "" : $" while the window \"{standing.Window}\" is open";
        return standing.Domain.OverBudget
            ? $"{Watts(committed)} are committed, {Watts(committed - budget)} more than the budget of {Watts(budget)}{open}; nothing more is admitted."
            : $"{Watts(committed)} of {Watts(budget)} are committed{open}.";
    }

    private static string Watts(long watts) => $"{watts.ToString("N0", CultureInfo.InvariantCulture)} W";
}
