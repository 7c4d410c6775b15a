using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>Every field of every kind of job, replaced by something that does not belong there: an answer with problems, never an exception.</summary>
public sealed class FieldFuzzTests
{
    private static readonly Tree[] Strangers =
    [
        Tree.Null(1), Tree.Scalar("", 1), Tree.Scalar("x", 1), Tree.Scalar("7", 1), Tree.Scalar("0", 1), Tree.Scalar("-1", 1), Tree.Scalar("2147483647", 1), Tree.Scalar("1e999", 1),
        Tree.Scalar("true", 1), Tree.List([], 1), Tree.List([Tree.Scalar("x", 1), Tree.Null(1)], 1), Tree.Map([], 1), Tree.Map([KeyValuePair.Create("x", Tree.Scalar("y", 1))], 1),
    ];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, FuzzCorpus.Files.Length)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Read_AnyFieldReplaced_IsAnAnswer(int seed)
    {
        var objects = Yaml.Trees(FuzzCorpus.Files[seed]);
        var read = 0;
        for (var i = 0; i < objects.Count; i++)
        {
            foreach (var changed in Variants(objects[i]))
            {
                var collector = new JobCollector(null);
                for (var j = 0; j < objects.Count; j++)
                {
                    collector.Add(new FoundObject(i == j ? changed : objects[j], "f"));
                }

                var content = collector.Finish("f");
                Assert.All(content.Problems.Concat(content.Gangs.SelectMany(g => g.Problems)), p => Assert.NotEqual("", p.Message));
                read++;
            }
        }

        Assert.True(read > 100, $"only {read} variants were read");
    }

    // The tree with one of its parts replaced by each stranger.
    internal static IEnumerable<Tree> Variants(Tree tree)
    {
        foreach (var stranger in Strangers)
        {
            yield return stranger;
        }

        for (var i = 0; i < tree.Entries.Length; i++)
        {
            foreach (var variant in Variants(tree.Entries[i].Value))
            {
                List<KeyValuePair<string, Tree>> entries = [.. tree.Entries];
                entries[i] = KeyValuePair.Create(entries[i].Key, variant);
                yield return Tree.Map(entries, tree.Line);
            }
        }

        for (var i = 0; i < tree.Items.Length; i++)
        {
            foreach (var variant in Variants(tree.Items[i]))
            {
                List<Tree> items = [.. tree.Items];
                items[i] = variant;
                yield return Tree.List(items, tree.Line);
            }
        }
    }
}
