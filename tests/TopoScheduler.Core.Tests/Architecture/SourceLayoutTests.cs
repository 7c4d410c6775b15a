using System.Text.RegularExpressions;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>Where source files lie, how long they are and what they hold (CONTRIBUTING.md, "Habits").</summary>
public sealed partial class SourceLayoutTests
{
    private const int MaxLines = 400;
    private static readonly string[] BannedFolders = ["Abstractions", "Common", "Shared", "Utils", "Utilities", "Helpers", "Managers"];
    private static readonly string[] FamilyFiles =
    [
        "src/TopoScheduler.Core/Gangs/Selectors.cs", "src/TopoScheduler.Core/Power/PowerInput.cs", "src/TopoScheduler.Core/Topology/GraphParts.cs",
    ];

    private static readonly string[] AllSources =
        [.. Repository.Files("src", "*.cs"), .. Repository.Files("tests", "*.cs"), .. Repository.Files("bench", "*.cs")];

    [Fact]
    public void Namespace_SourceFile_IsItsFolder()
    {
        var misplaced =
            from file in Repository.Files("src", "*.cs")
            let declared = Namespace().Match(Repository.Read(file)).Groups["name"].Value
            let folder = file["src/".Length..file.LastIndexOf('/')].Replace('/', '.')
            where declared != folder && Path.GetFileName(file) != "Program.cs"
            select $"{file} declares \"{declared}\", expected \"{folder}\"";

        Offences.AreNone(misplaced);
    }

    // One public type per file, named like the file. Enums and records may share the file of the type they belong to, and families of
    // them that have no head share one under a family name.
    [Fact]
    public void PublicTypes_SourceFile_HoldsOneAndIsNamedLikeIt()
    {
        var crowded =
            from file in Repository.Files("src", "*.cs")
            let types = PublicTypes(file)
            let heads = types.Where(t => !t.IsData).ToArray()
            where heads.Length > 1 || (types.Length > 0 && !FamilyFiles.Contains(file) && !(heads.Length == 1 ? heads : types).Any(t => IsNamedLike(file, t.Name)))
            select $"{file} holds {string.Join(", ", types.Select(t => t.Name))}";

        Offences.AreNone(crowded);
    }

    [Fact]
    public void Length_SourceFile_IsAtMost400Lines()
    {
        var tooLong =
            from file in AllSources
            let lines = File.ReadLines(Repository.PathOf(file)).Count()
            where lines > MaxLines
            select $"{file} has {lines} lines";

        Offences.AreNone(tooLong);
    }

    [Fact]
    public void Folders_AllSources_SayWhatIsInThem()
    {
        var banned = AllSources.Where(file => file.Split('/').Any(BannedFolders.Contains));

        Offences.AreNone(banned);
    }

    private static PublicType[] PublicTypes(string file) => [.. PublicTypeDeclaration().Matches(Repository.Read(file))
        .Select(m => new PublicType(m.Groups["name"].Value, m.Groups["kind"].Value))
        .DistinctBy(t => t.Name)];

    // A partial type may be split by meaning: PlacementEngine.Reasons.cs.
    private static bool IsNamedLike(string file, string type) => Path.GetFileName(file).Split('.')[0] == type;

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // File-scoped namespaces put every top-level type at the start of a line.
    [GeneratedRegex(@"^public (?:(?:sealed|static|abstract|readonly|partial|ref) )*(?<kind>record struct|record class|record|class|struct|interface|enum|delegate) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicTypeDeclaration();

    private sealed record PublicType(string Name, string Kind)
    {
        public bool IsData => Kind == "enum" || Kind.StartsWith("record", StringComparison.Ordinal);
    }
}
