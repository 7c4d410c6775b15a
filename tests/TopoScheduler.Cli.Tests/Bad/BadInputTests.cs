namespace TopoScheduler.Cli.Tests.Bad;

/// <summary>
/// Every folder of <c>tests/cases/bad</c> is told exactly as its expected.txt says, on both streams and with the exit code.
/// <c>UPDATE_GOLDEN=1</c> rewrites the expected files; read what they say before they are committed.
/// </summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Names => [.. BadCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Report_BadInput_TellsWhatIsExpected(string name)
    {
        var bad = new BadCase(name);
        Golden.AssertFile(bad.Expected, BadCase.Told(bad.Run()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Expected_Messages_AreForPeople(string name)
    {
        var run = new BadCase(name).Run();
        var told = BadCase.Told(run);
        Assert.DoesNotContain("exit code 1", told, StringComparison.Ordinal);
        foreach (var trace in (string[])["   at ", "Exception", "internal error", "System.", "YamlDotNet", "TopoScheduler.Kubernetes"])
        {
            Assert.DoesNotContain(trace, told, StringComparison.Ordinal);
        }

        // What a file says must not steer the terminal it is shown on.
        Assert.DoesNotContain(run.Error, c => c != '\n' && BadCase.IsHostile(c));
    }

    [Fact]
    public void Folder_HoldsManyCases() => Assert.True(BadCase.Names.Count() >= 80, "too few cases were found; the runner looks in the wrong place");
}
