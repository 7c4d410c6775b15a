using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Grpc;

/// <summary>Around every call: what goes wrong becomes a status, a defect a line in the log and no word of it for the caller; and calls are timed.</summary>
/// <param name="metrics">Times calls.</param>
/// <param name="logger">Where refusals and defects are told.</param>
internal sealed partial class CallGuard(ApiMetrics metrics, ILogger<CallGuard> logger) : Interceptor
{
    // Less is sent sooner than it is compressed.
    private const int LeastToCompress = 16 << 10;
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    private readonly ToldOnce _told = new();

    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        TimeAsync(context, async () =>
        {
            var answer = await continuation(request, context).ConfigureAwait(false);
            if (answer is IMessage message && message.CalculateSize() < LeastToCompress) context.WriteOptions = Plain;
            return answer;
        });

    /// <inheritdoc/>
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        TimeAsync(context, () => continuation(requestStream, context));

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        // How long somebody watches says nothing of us.
        try
        {
            await continuation(request, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Told(e, context);
        }
    }

    private async Task<TResponse> TimeAsync<TResponse>(ServerCallContext context, Func<Task<TResponse>> call)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var answer = await call().ConfigureAwait(false);
            metrics.Answered("grpc", NameOf(context), VerbOutcome.Answered, start);
            return answer;
        }
        catch (Exception e)
        {
            var told = Told(e, context);
            metrics.Answered("grpc", NameOf(context), OutcomeOf(told.StatusCode), start);
            throw told;
        }
    }

    private RpcException Told(Exception problem, ServerCallContext context)
    {
        if (CallStatus.Of(problem, context) is not { } status)
        {
            LogDefect(context.Method, problem.GetType().Name, problem.Message, Refusal.Place(problem));
            return new(new(StatusCode.Internal, "A defect of toposched; its log says more."));
        }

        if (status.StatusCode is not (StatusCode.Cancelled or StatusCode.DeadlineExceeded) && _told.IsNews($"{context.Method} {status.StatusCode}", status.Detail)) LogRefused(context.Method, status.StatusCode, status.Detail);
        return problem as RpcException ?? new(status);
    }

    private static string NameOf(ServerCallContext context) => context.Method[(context.Method.LastIndexOf('/') + 1)..];

    private static string OutcomeOf(StatusCode status) => status switch
    {
        StatusCode.Cancelled or StatusCode.DeadlineExceeded => VerbOutcome.Gone,
        StatusCode.Unavailable or StatusCode.ResourceExhausted => VerbOutcome.NotReady,
        StatusCode.Internal => VerbOutcome.Defect,
        _ => VerbOutcome.Refused,
    };

    [LoggerMessage(1, LogLevel.Information, "{Method} refused with {Status}: {Reason}")]
    private partial void LogRefused(string method, StatusCode status, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Method} failed by a defect: {Kind}: {Reason} {Place}")]
    private partial void LogDefect(string method, string kind, string reason, string place);
}
