using System.Text;
using System.Text.Json;
using Google.Protobuf;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Situations;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Grpc;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>An answer that went through its message, and the message through its bytes, is the same answer, byte for byte.</summary>
public sealed class MessageRoundTripTests
{
    public static TheoryData<string> Clusters => [.. Directory.GetFiles(Folder("clusters")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "tests/cases"), "explain-*").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Parts => [.. AnswerPairs.All.Select(p => p.Answer.Name)];

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Answers_SampleCluster_AreTheSameBytes(string file)
    {
        var cluster = Cluster(file);
        AssertSame(AnswerJson.Bytes(TopologyView.Of(cluster)), AnswerMessages.Of(TopologyView.Of(cluster)));
        AssertSame(AnswerJson.Bytes(PowerView.Of(cluster, null)), AnswerMessages.Of(PowerView.Of(cluster, null)));
        AssertSame(AnswerJson.Bytes(DoctorView.Of(cluster, [])), AnswerMessages.Of(DoctorView.Of(cluster, [])));
        var capacity = CapacityView.Of(cluster);
        AssertSame(AnswerJson.Bytes(capacity), AnswerMessages.Of(capacity));
    }

    [Theory]
    [InlineData("dgx-h100-su.yaml")]
    [InlineData("gb200-nvl72.yaml")]
    [InlineData("rack-bound-h100.yaml")]
    [InlineData("legacy-10kw.yaml")]
    public void Reports_SampleJobs_AreTheSameBytes(string file)
    {
        var cluster = Cluster(file);
        foreach (var job in Directory.GetFiles(Folder("jobs")).Order(StringComparer.Ordinal))
        {
            var jobs = JobReader.Read(job);
            var reports = ReportAnswer.Plan(cluster, new() { Gangs = jobs.Gangs, OfInput = jobs.Problems }).Select(p => p.Report);
            var list = new PlacementReportList { Reports = [.. reports] };
            AssertSame(AnswerJson.Bytes(list), AnswerMessages.Of(new JobsAnswer(list.Reports, null)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Explanations_Cases_AreTheSameBytes(string name)
    {
        var situation = SituationReader.Read(Path.Combine(RepositoryFiles.Root, "tests/cases", name, "cluster.yaml"));
        var facts = new SituationFacts(situation, new(2027, 1, 27, 12, 0, 0, TimeSpan.Zero));
        var cluster = ClusterSnapshot.Create(situation.Content.Nodes, situation.Content.Pods, situation.Content.PowerDomains).Plus(facts.Promised());
        SubjectRequest[] asked =
        [
            .. situation.Gangs.Select(g => new SubjectRequest(ExplanationSubjectKind.Gang, g.Gang.Key.Namespace, g.Gang.Key.Name)),
            .. situation.Pods.Take(3).Select(p => new SubjectRequest(ExplanationSubjectKind.Pod, p.Namespace, p.Name)), new(ExplanationSubjectKind.Node, "", cluster.Nodes[0].Name),
        ];
        foreach (var found in asked.Select(a => SubjectFinder.Find(situation, cluster, a, out _)).OfType<(ExplanationSubject Subject, SituationGang? Gang)>())
        {
            var answer = Explainer.Explain(SituationQuestion.Of(found.Subject, found.Gang, cluster, facts));
            AssertSame(AnswerJson.Bytes(answer), AnswerMessages.Of(answer));
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Part_AnythingInIt_IsTheSameBytes(string name)
    {
        var (type, descriptor) = AnswerPairs.All.Single(p => p.Answer.Name == name);
        var answers = new RandomAnswers(new Random(20_261_126));
        for (var round = 0; round < 100; round++)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(answers.Of(type), AnswerPairs.Info(type));
            AssertSame([.. json, (byte)'\n'], (IMessage)JsonParser.Default.Parse(Encoding.UTF8.GetString(json), descriptor));
        }
    }

    [Fact]
    public void Message_LacksAField_IsFound()
    {
        var json = """{"kind":"rack","name":"r7","budgetWatts":1,"beforeWatts":1,"afterWatts":1,"colour":"red"}""";
        Assert.Throws<InvalidProtocolBufferException>(() => JsonParser.Default.Parse(json, Server.Grpc.V1.PowerDomainChange.Descriptor));
    }

    private static void AssertSame(byte[] expected, IMessage message)
    {
        var back = message.Descriptor.Parser.ParseFrom(message.ToByteArray());
        Assert.Equal(Encoding.UTF8.GetString(expected), CanonicalJson.Of(back));
    }

    private static ClusterSnapshot Cluster(string file)
    {
        var content = ClusterReader.Read(Path.Combine(Folder("clusters"), file));
        return ClusterSnapshot.Create(content.Nodes, content.Pods, content.PowerDomains);
    }

    private static string Folder(string name) => Path.Combine(RepositoryFiles.Root, "samples", name);
}
