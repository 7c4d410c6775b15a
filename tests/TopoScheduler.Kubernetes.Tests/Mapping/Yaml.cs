using System.Text;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

/// <summary>Objects written inline in tests.</summary>
internal static class Yaml
{
    public static Tree Tree(string text) => Assert.Single(Trees(text));

    public static List<Tree> Trees(string text) => [.. InputText.Objects(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test", InputLimits.Default)];

    public static Field Root(string text) => Field.Root(Tree(text), new ObjectProblems("pod/ml/p"));

    /// <summary>A pod spec, as one that is to be placed.</summary>
    public static (PodReading Reading, IReadOnlyList<Problem> Problems) Pod(string text, ClusterObjects? objects = null, bool occupies = false)
    {
        var root = Root(text);
        var reading = PodTemplateReader.Read(root, new("ml", objects ?? new(), occupies, System.Collections.Immutable.ImmutableDictionary<string, string>.Empty));
        return (reading, root.Problems.All);
    }

    /// <summary>A pod spec without anything wrong in it.</summary>
    public static PodTemplate Template(string text, ClusterObjects? objects = null)
    {
        var (reading, problems) = Pod(text, objects);
        Assert.Empty(problems);
        return reading.Template;
    }

    public static ClusterObjects Objects(string text)
    {
        var objects = new ClusterObjects();
        foreach (var tree in Trees(text))
        {
            var name = ObjectName.Of(tree);
            Assert.True(objects.Add(name, Field.Root(tree, new ObjectProblems(name.Id))));
        }

        return objects;
    }

    public static JobContent Jobs(string text, ClusterObjects? objects = null) => JobReader.ReadText(text, "jobs.yaml", objects);

    /// <summary>The only gang of a text.</summary>
    public static Gang Gang(string text, ClusterObjects? objects = null) => Assert.Single(Jobs(text, objects).Gangs);

    public static IEnumerable<string> Errors(this Gang gang) => gang.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"{p.Object}: {p.Message}");
}
