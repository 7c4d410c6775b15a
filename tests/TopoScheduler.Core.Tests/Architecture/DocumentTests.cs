using System.Text.RegularExpressions;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>What the documents say of files and folders is so.</summary>
public sealed partial class DocumentTests
{
    private const string ArchitectureDocument = "docs/architecture.md";

    public static TheoryData<string> Documents => [.. Repository.Files("docs", "*.md"), .. RootDocuments()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void NamedPaths_Document_Exist(string document)
    {
        var missing = NamedPath().Matches(Repository.Read(document)).Select(m => m.Value.TrimEnd('/')).Distinct()
            .Where(path => !Path.Exists(Repository.PathOf(path)));

        Offences.AreNone(missing);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_Document_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        var broken = Link().Matches(Repository.Read(document)).Select(m => m.Groups["target"].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)));

        Offences.AreNone(broken);
    }

    [Fact]
    public void Rooms_EveryFolderOfASourceProject_AreInArchitectureDocument()
    {
        var named = NamedPath().Matches(Repository.Read(ArchitectureDocument)).Select(m => m.Value.TrimEnd('/')).ToHashSet();
        var rooms = Repository.Files("src", "*.cs").Select(file => file.Split('/')).Where(parts => parts.Length > 3).Select(parts => string.Join('/', parts[..3]));

        Offences.AreNone(rooms.Except(named));
    }

    private static IEnumerable<string> RootDocuments() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    // Paths below src, as `src/TopoScheduler.Core/Topology/Tier.cs`.
    [GeneratedRegex(@"\bsrc/TopoScheduler\.[\w./]*[\w/]")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
