using System.Buffers;
using System.Text;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Tests.Extender.Wire;

/// <summary>Bodies as the contract of kube-scheduler documents them (tests/cases/wire/documented).</summary>
public sealed class DocumentedBodiesTests
{
    private const byte Capped = 1;
    private const byte TooSmall = 2;
    private static readonly NodeNameTable Names = new(["n1", "n2", "n3"]);
    private static readonly RejectReasons Reasons = new([new(Capped, "rack power cap", true), new(TooSmall, "too small", false)]);

    [Theory]
    [InlineData("filter-names", "filter-names.answer", false)]
    [InlineData("filter-names", "filter-names.answer-1.20", true)]
    [InlineData("filter-objects", "filter-objects.answer", false)]
    public void Write_FilterOfDocumentedRequest_IsTheDocumentedAnswer(string request, string answer, bool fold)
    {
        var args = Args($"{request}.request.json");
        var verdicts = new FilterAnswer();
        verdicts.Reset(Names.Count);
        (verdicts.Verdicts[0], verdicts.Verdicts[2]) = (Capped, TooSmall);
        var output = new ArrayBufferWriter<byte>();

        new FilterResultWriter(Reasons, fold).Write(output, args, Names, verdicts);

        AssertWire($"{answer}.json", output);
    }

    [Fact]
    public void Write_PrioritizeOfDocumentedRequest_IsABareArray()
    {
        var args = Args("filter-names.request.json");
        var scores = new PriorityAnswer();
        scores.Reset(Names.Count);
        (scores.Scores[0], scores.Scores[1]) = (7, PriorityAnswer.Best);
        var output = new ArrayBufferWriter<byte>();

        PriorityListWriter.Write(output, args, Names, scores);

        AssertWire("prioritize.answer.json", output);
    }

    [Fact]
    public void Read_FilterRequest_NamesThePod()
    {
        var args = Args("filter-names.request.json");

        Assert.Equal(new PodIdentity("ml", "p", "u-1"), args.Pod);
        Assert.StartsWith("{\"metadata\":{\"name\":\"p\"", Encoding.UTF8.GetString(args.PodJson.Span), StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, -1], args.Nodes.ToArray());
    }

    [Fact]
    public void Read_Binding_HasAllFour() =>
        Assert.Equal(new BindingArgs(new("ns", "p", "u"), "n2"), BindingArgs.Read(RepositoryFiles.Wire("documented/bind.request.json")));

    [Fact]
    public void Write_BoundPod_HasAnEmptyError()
    {
        var output = new ArrayBufferWriter<byte>();
        BindingResultWriter.Write(output, "");
        AssertWire("bind.answer.json", output);
    }

    [Fact]
    public void Read_PreemptionWithUids_TakesEmptyAndMissingLists()
    {
        var args = PreemptionArgsReader.Read(RepositoryFiles.Wire("documented/preempt-uids.request.json"));

        Assert.Equal(["n1", "n2", "n3"], args.Candidates.Select(c => c.Node));
        Assert.Equal([1, 0, 0], args.Candidates.Select(c => c.Uids.Length));
    }

    [Fact]
    public void Write_PreemptionOfWholePods_AnswersWithUids()
    {
        var args = PreemptionArgsReader.Read(RepositoryFiles.Wire("documented/preempt-pods.request.json"));
        var output = new ArrayBufferWriter<byte>();

        PreemptionResultWriter.Write(output, args.Candidates);

        Assert.Equal("u-1", args.Pod.Uid);
        AssertWire("preempt-pods.answer.json", output);
    }

    private static ExtenderArgs Args(string file)
    {
        var args = new ExtenderArgs();
        ExtenderArgsReader.Read(RepositoryFiles.Wire($"documented/{file}"), Names, args);
        return args;
    }

    private static void AssertWire(string file, ArrayBufferWriter<byte> output) =>
        Assert.Equal(Encoding.UTF8.GetString(RepositoryFiles.Wire($"documented/{file}")), Encoding.UTF8.GetString(output.WrittenSpan));
}
