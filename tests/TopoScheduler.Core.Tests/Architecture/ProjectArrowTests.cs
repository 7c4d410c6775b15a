using System.Xml.Linq;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>The arrows between projects, as the project files draw them (docs/architecture.md).</summary>
public sealed class ProjectArrowTests
{
    // A project may leave an arrow out, never add one.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["TopoScheduler.Core"] = [],
        ["TopoScheduler.Kubernetes"] = ["TopoScheduler.Core"],
        ["TopoScheduler.Server"] = ["TopoScheduler.Kubernetes", "TopoScheduler.Core"],
        ["TopoScheduler.Cli"] = ["TopoScheduler.Server", "TopoScheduler.Kubernetes", "TopoScheduler.Core"],
    };

    public static TheoryData<string> SourceProjects => [.. Repository.Files("src", "*.csproj")];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void References_SourceProject_FollowTheArrows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Arrows.TryGetValue(name, out var allowed), $"{project} has no arrows yet: draw them here and in docs/architecture.md.");

        var references = Elements(project, "ProjectReference").Select(e => Path.GetFileNameWithoutExtension(Include(e).Replace('\\', '/')));

        Offences.AreNone(references.Except(allowed!));
    }

    [Fact]
    public void Packages_Core_OnlyAnalyzersThatDoNotTravel()
    {
        var packages = Elements("src/TopoScheduler.Core/TopoScheduler.Core.csproj", "PackageReference");

        Assert.All(packages, package =>
        {
            Assert.EndsWith("Analyzers", Include(package), StringComparison.Ordinal);
            Assert.Equal("all", package.Attribute("PrivateAssets")?.Value);
        });
    }

    [Fact]
    public void Assemblies_Core_BaseClassLibraryOnly()
    {
        var references = typeof(Problem).Assembly.GetReferencedAssemblies().Select(a => a.Name!);

        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Folder_SourceProject_IsNamedLikeIt(string project)
    {
        var parts = project.Split('/');

        Assert.Equal(3, parts.Length);
        Assert.Equal(parts[1] + ".csproj", parts[2]);
    }

    private static IEnumerable<XElement> Elements(string project, string name) => XDocument.Parse(Repository.Read(project)).Descendants(name);

    private static string Include(XElement element) => element.Attribute("Include")?.Value ?? "";
}
