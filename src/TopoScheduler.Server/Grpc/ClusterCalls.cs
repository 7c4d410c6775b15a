using Google.Protobuf;
using Grpc.Core;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Api;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Grpc;

/// <summary>The cluster as this replica sees it.</summary>
/// <param name="questions">Answers.</param>
/// <param name="heavy">Lets few plan at a time.</param>
/// <param name="watches">Those who watch.</param>
internal sealed class ClusterCalls(LiveQuestions questions, HeavyQuestions heavy, Watches watches) : ClusterService.ClusterServiceBase
{
    private const int MostGpusPerPod = 1_024;

    private readonly AnswerCache<IMessage> _cache = new();

    /// <inheritdoc/>
    public override Task<CapacityReport> GetCapacity(GetCapacityRequest request, ServerCallContext context)
    {
        var fields = Asked.Fields(request, "gpusPerPod", "at");
        var (gpus, at) = (fields.Whole("gpusPerPod", 1, MostGpusPerPod), fields.Moment("at"));
        fields.Finish();
        return KeptAsync($"capacity {request}", view => heavy.AskAsync(_ => AnswerMessages.Of(questions.Capacity(view, gpus, at)), context.CancellationToken));
    }

    /// <inheritdoc/>
    public override Task<Topology> GetTopology(GetTopologyRequest request, ServerCallContext context) => TopologyAsync();

    /// <inheritdoc/>
    public override Task WatchTopology(GetTopologyRequest request, IServerStreamWriter<Topology> responseStream, ServerCallContext context) =>
        watches.SendAsync("topology", _ => TopologyAsync(), responseStream, context);

    /// <inheritdoc/>
    public override Task<PowerReport> GetPower(GetPowerRequest request, ServerCallContext context)
    {
        var fields = Asked.Fields(request, "domain", "at");
        var (domain, at) = (fields.Text("domain"), fields.Moment("at"));
        fields.Finish();
        return PowerAsync($"power {request}", domain, at);
    }

    /// <inheritdoc/>
    public override Task WatchPower(WatchPowerRequest request, IServerStreamWriter<PowerReport> responseStream, ServerCallContext context)
    {
        var domain = request.HasDomain ? request.Domain : null;
        return watches.SendAsync($"power {request}", _ => PowerAsync($"power {request}", domain, null), responseStream, context);
    }

    /// <inheritdoc/>
    public override Task<DoctorReport> ListProblems(ListProblemsRequest request, ServerCallContext context) =>
        KeptAsync("problems", view => Task.FromResult(AnswerMessages.Of(questions.Problems(view))));

    private Task<Topology> TopologyAsync() => KeptAsync("topology", view => Task.FromResult(AnswerMessages.Of(LiveQuestions.Topology(view))));

    private Task<PowerReport> PowerAsync(string question, string? domain, DateTimeOffset? at) =>
        KeptAsync(question, view => Task.FromResult(AnswerMessages.Of(questions.Power(view, domain, at))));

    private async Task<TMessage> KeptAsync<TMessage>(string question, Func<LiveView, Task<TMessage>> answer)
        where TMessage : IMessage
    {
        var view = questions.Current;
        if (_cache.Find(view.Snapshot, question) is TMessage known) return known;
        var message = await answer(view).ConfigureAwait(false);
        _cache.Keep(view.Snapshot, question, message);
        return message;
    }
}
