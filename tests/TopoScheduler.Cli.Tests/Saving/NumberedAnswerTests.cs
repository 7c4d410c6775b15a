using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TopoScheduler.Cli.Tests.Saving;

/// <summary>A file of <c>save --hash-names</c> with jobs, claims and volumes in it answers as the whole one does, once the numbers are named again.</summary>
public sealed class NumberedAnswerTests : IDisposable
{
    private const string At = "2027-01-27T12:00:00Z";

    private readonly string _folder = Directory.CreateTempSubdirectory("numbered").FullName;

    // What is wrong with them is a name no cluster takes, or a list in place of an object, of which the form alone is kept: messages that quote either differ.
    private static readonly string[] Misshapen = ["manifest-hostile-name", "manifest-limits-list", "manifest-mpi-replicas-map"];

    /// <summary>Cases that explain a pod, a gang or a node.</summary>
    public static TheoryData<string> Explained =>
    [
        .. Directory.GetDirectories(CliHarness.File("tests", "cases"), "explain-*")
            .Where(d => File.ReadLines(Path.Combine(d, "question.txt")).FirstOrDefault() is "pod" or "gang" or "node").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Cases that are a cluster and its jobs.</summary>
    public static TheoryData<string> Reported =>
    [
        .. Directory.GetDirectories(CliHarness.File("tests", "cases"))
            .Where(d => File.Exists(Path.Combine(d, "job.yaml")) && File.Exists(Path.Combine(d, "cluster.yaml")))
            .Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Jobs of every kind, claims and volumes, alone and in what they refer to.</summary>
    public static TheoryData<string> Jobs =>
    [
        .. Directory.GetFiles(CliHarness.File("samples", "jobs")).Select(f => $"samples/jobs/{Path.GetFileName(f)}").Order(StringComparer.Ordinal),
        .. Directory.GetDirectories(CliHarness.File("tests", "cases", "bad"), "manifest-*")
            .Where(d => File.Exists(Path.Combine(d, "job.yaml")) && !Misshapen.Contains(Path.GetFileName(d)))
            .Select(d => $"tests/cases/bad/{Path.GetFileName(d)}/job.yaml").Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Explained))]
    public void Explain_OnNumberedFile_IsTheSameOnceNamed(string name)
    {
        string[] question = [.. File.ReadAllLines(CliHarness.File("tests", "cases", name, "question.txt")).Where(l => l.Length > 0)];
        var file = $"tests/cases/{name}/cluster.yaml";
        var (saved, names) = Save(file);

        var numbered = question.ToArray();
        numbered[1] = names.Called(question[0] == "node" ? "node-" : "name", question[1]);
        if (Array.IndexOf(question, "-n") is > 0 and var ns) numbered[ns + 1] = names.Called("namespace-", question[ns + 1]);
        string[] when = question.Contains("--at") ? [] : ["--at", At];
        Assert.Equal(
            Ask(file, ["explain", .. question, .. when]), names.Named(Ask(saved, ["explain", .. numbered, .. when])));
        AssertCapacity(file, saved, names);
    }

    [Theory]
    [MemberData(nameof(Reported))]
    public void Report_OfCase_IsTheSameOnceNamed(string name) =>
        AssertReport($"tests/cases/{name}/cluster.yaml", $"tests/cases/{name}/job.yaml");

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Report_OfJobOfAnyKind_IsTheSameOnceNamed(string job) => AssertReport("samples/clusters/gb200-nvl72.yaml", job);

    [Theory]
    [InlineData("report --job FILE")]
    [InlineData("explain gang NAME(acme-fit)")]
    [InlineData("explain gang NAME(acme-set)")]
    [InlineData("explain gang NAME(acme-web)")]
    [InlineData("explain gang NAME(acme-volcano)")]
    [InlineData("explain gang NAME(acme-pg)")]
    [InlineData("explain pod NAME(acme-alone)")]
    [InlineData("explain pod NAME(acme-member-2)")]
    [InlineData("explain pod NAME(acme-set-acme-head-0-0)")]
    [InlineData("explain pod NAME(acme-fit-1-x5k2p)")]
    [InlineData("capacity")]
    [InlineData("doctor")]
    [InlineData("power")]
    public void Ask_OfEveryKindOfObject_IsTheSameOnSavedAndNumberedFile(string question)
    {
        var whole = Path.Combine(_folder, "whole.yaml");
        File.WriteAllText(whole, PlantedCluster.Yaml());
        var (saved, names) = Save(whole);
        var kept = Path.Combine(_folder, "kept.json");
        Assert.Equal(0, CliHarness.Run("save", "--cluster", whole, "-o", kept).Code);
        // A GangPlacement is kept as it is, what somebody has written into it too.
        Assert.DoesNotContain(PlantedCluster.Secret, File.ReadAllText(kept).Replace("\"other\":\"hunter2\"", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // Most of it is placed, so that there is something to be the same.
        var expected = Ask(whole, Of(whole, static name => name, "acme-ml"));
        if (question.StartsWith("report", StringComparison.Ordinal)) Assert.InRange(Regex.Count(expected, "\"outcome\":\"Placed"), 15, 30);
        Assert.Equal(expected, Ask(kept, Of(kept, static name => name, "acme-ml")));
        Assert.Equal(expected, names.Named(Ask(saved, Of(saved, name => names.Called("name", name), names.Called("namespace-", "acme-ml")))));

        string[] Of(string file, Func<string, string> called, string ns)
        {
            var words = Regex.Replace(question, @"NAME\((.*)\)", m => called(m.Groups[1].Value)).Replace("FILE", file, StringComparison.Ordinal).Split(' ');
            return words[0] switch
            {
                "explain" => [.. words, "-n", ns, "--at", At],
                "doctor" => words,
                _ => [.. words, "--at", At],
            };
        }
    }

    [Fact]
    public void Save_EveryKindOfObjectNumbered_LeaksNoNameAndNothingElse()
    {
        var whole = Path.Combine(_folder, "whole.yaml");
        File.WriteAllText(whole, PlantedCluster.Yaml());
        var (saved, names) = Save(whole);

        var text = File.ReadAllText(saved);

        Assert.DoesNotContain(PlantedCluster.Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(names.NameOf.Values, n => n.Contains(PlantedCluster.Secret, StringComparison.Ordinal));

        // Keys of labels and taints stay.
        var withoutKeys = text.Replace("acme.test/pool:", "", StringComparison.Ordinal).Replace("key: acme-taint", "", StringComparison.Ordinal);
        Assert.DoesNotContain(PlantedCluster.Name, withoutKeys, StringComparison.OrdinalIgnoreCase);
        foreach (var kind in File.ReadLines(whole).Where(l => l.StartsWith("kind: ", StringComparison.Ordinal)).Distinct()) Assert.Contains($"\n{kind}\n", text, StringComparison.Ordinal);
    }

    private void AssertReport(string cluster, string job)
    {
        var whole = Path.Combine(_folder, "whole.yaml");
        File.WriteAllText(whole, File.ReadAllText(CliHarness.File(cluster)) + "\n---\n" + File.ReadAllText(CliHarness.File(job)));
        var (saved, names) = Save(whole);
        Assert.Equal(Ask(whole, ["report", "--at", At, "--job", whole]), names.Named(Ask(saved, ["report", "--at", At, "--job", saved])));
        AssertCapacity(whole, saved, names);
        var kept = Path.Combine(_folder, "kept.yaml");
        Assert.Equal(0, CliHarness.Run("save", "--cluster", whole, "-o", kept).Code);
        Assert.Equal(Ask(whole, ["report", "--at", At, "--job", whole]), Ask(kept, ["report", "--at", At, "--job", kept]));
    }

    private static void AssertCapacity(string file, string saved, NumberedNames names) =>
        Assert.Equal(Ask(file, ["capacity", "--at", At]), names.Named(Ask(saved, ["capacity", "--at", At])));

    private static string Ask(string cluster, string[] question)
    {
        var run = CliHarness.Run([.. question, "--cluster", cluster, "-o", "json"]);
        Assert.NotEqual("", run.Out);

        // A saved file has another name and other lines.
        return JsonNode.Parse(Place(cluster).Replace(run.Out, "the file"))!.ToJsonString();
    }

    private static Regex Place(string file) => new($@"{Regex.Escape(file)}(:[0-9]+)?|(?<=\bline )[0-9]+", RegexOptions.CultureInvariant);

    private (string Saved, NumberedNames Names) Save(string file)
    {
        var (saved, names) = (Path.Combine(_folder, "saved.yaml"), Path.Combine(_folder, "names.json"));
        var run = CliHarness.Run("save", "--cluster", file, "--hash-names", "--names", names, "-o", saved);
        Assert.Equal((0, "", ""), (run.Code, run.Out, run.Error));
        return (saved, NumberedNames.Read(names));
    }
}
