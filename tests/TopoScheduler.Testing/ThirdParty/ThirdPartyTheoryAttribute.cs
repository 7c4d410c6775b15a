using Xunit;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>A theory over third-party data: skipped with a reason where the data is absent, run (and so failing) when <c>CI</c> is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ThirdPartyTheoryAttribute : TheoryAttribute
{
    public ThirdPartyTheoryAttribute() => Skip = ThirdPartyData.SkipReason;
}
