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

    [Theory]
    [MemberData(nameof(Documents))]
    public void Anchors_Document_AreHeadings(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        var broken = Anchor().Matches(Repository.Read(document))
            .Select(m => (Text: m.Value, File: m.Groups["target"].Length == 0 ? Repository.PathOf(document) : Path.Combine(folder, m.Groups["target"].Value), Name: m.Groups["anchor"].Value))
            .Where(link => File.Exists(link.File) && !Headings(File.ReadAllText(link.File)).Contains(link.Name)).Select(link => link.Text);

        Offences.AreNone(broken);
    }

    // Every page is found from the front page, from link to link.
    [Fact]
    public void Pages_All_AreReachedFromTheReadme()
    {
        var (reached, ahead) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>(["README.md"]));
        while (ahead.TryDequeue(out var page))
        {
            if (!reached.Add(page) || !page.EndsWith(".md", StringComparison.Ordinal)) continue;
            var folder = Path.GetDirectoryName(Repository.PathOf(page))!;
            foreach (var target in Link().Matches(Repository.Read(page)).Select(m => m.Groups["target"].Value).Where(t => !t.Contains(':', StringComparison.Ordinal)))
            {
                var path = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(folder, target)));
                if (File.Exists(Repository.PathOf(path))) ahead.Enqueue(path);
            }
        }

        // The front page names the folder of design notes.
        Offences.AreNone(Repository.Files("docs", "*.md").Where(page => !page.StartsWith("docs/design/", StringComparison.Ordinal) && !reached.Contains(page)));
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

    // As the sites that show such pages name them.
    private static HashSet<string> Headings(string text) =>
        [.. Heading().Matches(text).Select(m => NotInAnchors().Replace(m.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    // Paths below src, as `src/TopoScheduler.Core/Topology/Tier.cs`.
    [GeneratedRegex(@"\bsrc/TopoScheduler\.[\w./]*[\w/]")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\((?<target>[^)#\s:]*)#(?<anchor>[^)\s]+)\)")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
