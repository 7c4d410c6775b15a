using Grpc.Core;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Grpc;

/// <summary>Where gangs would go, and where they are.</summary>
/// <param name="questions">Answers.</param>
/// <param name="heavy">Lets few plan at a time.</param>
/// <param name="watches">Those who watch.</param>
/// <param name="mostBytes">Most bytes of a request.</param>
internal sealed class PlacementCalls(LiveQuestions questions, HeavyQuestions heavy, Watches watches, int mostBytes) : PlacementService.PlacementServiceBase
{
    /// <inheritdoc/>
    public override Task<V1.PlacementReportList> Report(ReportRequest request, ServerCallContext context)
    {
        var question = Asked.Jobs(request, mostBytes);
        var view = questions.Current;
        return heavy.AskAsync(stop => AnswerMessages.Of(questions.Report(view, question, stop)), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<Explanation> Explain(ExplainRequest request, ServerCallContext context)
    {
        var (asked, at) = Asked.Subject(request);
        return heavy.AwaitAsync(async stop => AnswerMessages.Of(await questions.ExplainAsync(questions.Current, asked, at, stop).ConfigureAwait(false)), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<GangReport> GetGangPlacement(GetGangPlacementRequest request, ServerCallContext context)
    {
        var (ns, name) = (Asked.Namespace(request.Namespace), Asked.Name(request.Name));
        var gang = await questions.GangAsync(ns, name, context.CancellationToken).ConfigureAwait(false);
        return gang is null ? throw new RpcException(new(StatusCode.NotFound, $"There is no GangPlacement {ns}/{name}.")) : AnswerMessages.Of(gang);
    }

    /// <inheritdoc/>
    public override Task<GangReportList> ListGangPlacements(ListGangPlacementsRequest request, ServerCallContext context) => GangsAsync(NamespaceOf(request), context.CancellationToken);

    /// <inheritdoc/>
    public override Task WatchGangPlacements(ListGangPlacementsRequest request, IServerStreamWriter<GangReportList> responseStream, ServerCallContext context)
    {
        var ns = NamespaceOf(request);
        return watches.SendAsync($"gangs {ns}", stop => GangsAsync(ns, stop), responseStream, context);
    }

    private async Task<GangReportList> GangsAsync(string? ns, CancellationToken cancellation) => AnswerMessages.Of(await questions.GangsAsync(ns, cancellation).ConfigureAwait(false));

    private static string? NamespaceOf(ListGangPlacementsRequest request) => request.HasNamespace ? Asked.Namespace(request.Namespace) : null;
}
