using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>The double of the API server says what the real one says, request by request, and leaves the same pods behind.</summary>
[Trait("Category", "EndToEnd")]
public sealed class SameAnswersTests
{
    [ControlPlaneFact]
    public Task PlainSteps_RealServerAndDouble_AnswerAlike() => CompareAsync(PlainSteps.All);

    [GatesFact]
    public Task GateSteps_RealServerAndDouble_AnswerAlike() => CompareAsync(GateSteps.All);

    private static async Task CompareAsync(IReadOnlyList<ServerStep> steps)
    {
        await using var plane = await KubeControlPlane.StartAsync();
        var real = new RealWorld(plane.Api);
        await real.PrepareAsync();
        using var fake = new DoubleWorld();
        var (expected, actual) = (new List<string>(), new List<string>());
        foreach (var (i, step) in steps.Index())
        {
            expected.Add($"{i} {step.Name}: {await real.TakeAsync(step)}");
            actual.Add($"{i} {step.Name}: {await fake.TakeAsync(step)}");
        }

        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
        Assert.Equal(await real.PodsAsync(), await fake.PodsAsync());
    }
}
