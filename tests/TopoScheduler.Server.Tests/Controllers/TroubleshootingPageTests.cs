using System.Text.RegularExpressions;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Server.Tests.Controllers;

/// <summary>Whoever reads a reason finds it on the page that says what to do.</summary>
public sealed class TroubleshootingPageTests
{
    private static readonly string Page = Read("docs/troubleshooting.md");

    public static TheoryData<WaitCause> Causes => [.. Enum.GetValues<WaitCause>()];

    public static TheoryData<FitConstraint> Constraints => [.. Enum.GetValues<FitConstraint>()];

    [Theory]
    [MemberData(nameof(Causes))]
    public void Page_EveryCauseOfWaiting_HasARow(WaitCause cause) => Assert.Matches($"(?m)^[|] `{cause}` [|]", Page);

    [Theory]
    [MemberData(nameof(Constraints))]
    public void Page_EveryConstraint_HasARow(FitConstraint constraint) =>
        Assert.Matches(new Regex($"^[|] `{constraint}` [|].*[|]$", RegexOptions.Multiline | RegexOptions.IgnoreCase), Page);

    // The sentences as the code has them: a word that is changed there is changed on the page.
    [Theory]
    [InlineData("Gangs/WaitText.cs", "it waits for its turn")]
    [InlineData("Gangs/WaitText.cs", "it would fit, but on nodes that are kept for")]
    [InlineData("Gangs/WaitText.cs", "and would not even if every gang that runs had ended")]
    [InlineData("Gangs/WaitText.cs", "it is first in line")]
    [InlineData("Gangs/WaitText.cs", "it holds out for one")]
    [InlineData("Gangs/GangReader.cs", "pods are there")]
    [InlineData("Gangs/GangReader.cs", "of somebody else, which comes first")]
    [InlineData("Gangs/GangReader.cs", "its pods cannot be read as a gang")]
    [InlineData("Gangs/GangStatusText.cs", "it waits for its first look")]
    [InlineData("Gangs/GangKeeper.cs", "cannot be bound to node")]
    [InlineData("Gangs/GangKeeper.cs", "the node is gone")]
    [InlineData("Gangs/GangKeeper.cs", "the node is NotReady, cordoned or tainted")]
    [InlineData("Gangs/GangKeeper.cs", "others have taken its place")]
    [InlineData("Gangs/GangKeeper.cs", "a power budget does not allow it any more")]
    [InlineData("Gangs/GangKeeper.cs", "pods wait for room beside the rest")]
    public void Page_SentencesOfTheController_AreQuoted(string file, string sentence)
    {
        Assert.Contains(sentence, Read($"src/TopoScheduler.Server/Controllers/{file}"), StringComparison.Ordinal);
        Assert.Contains(sentence, Page, StringComparison.Ordinal);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));
}
