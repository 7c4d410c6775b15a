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
        steps = [.. steps.Where(s => s.FirstMinor <= KubeControlPlane.Version.Minor)];
        var differences = new List<string>();
        foreach (var (i, step) in steps.Index())
        {
            try
            {
                var (expected, actual) = (await real.TakeAsync(step), await fake.TakeAsync(step));
                if (expected != actual) differences.Add($"{i} {step.Name}: {expected} | {actual}");
            }
            catch (KeyNotFoundException) when (differences.Count > 0)
            {
                // The object this step is about was not made, which is among the differences.
                differences.Add($"{i} {step.Name}: not taken");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {steps.Count}, the real server first:\n{string.Join('\n', differences)}");
        Assert.Equal(await real.PodsAsync(), await fake.PodsAsync());
    }
}
