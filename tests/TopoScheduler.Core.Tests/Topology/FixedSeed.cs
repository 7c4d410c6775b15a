using FsCheck;

namespace TopoScheduler.Core.Tests.Topology;

/// <summary>Checks a property on the same cases every time: a test that fails today fails tomorrow.</summary>
internal static class FixedSeed
{
    public static void HoldsFromAFixedSeed(this Property property) => property.Check(Config.QuickThrowOnFailure.WithReplay(4_711, 13).WithMaxTest(300));
}
