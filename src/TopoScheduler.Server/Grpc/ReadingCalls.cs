using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using TopoScheduler.Server.Grpc.V1;
using TopoScheduler.Server.Readings;

namespace TopoScheduler.Server.Grpc;

/// <summary>Measured watts on their way in, each by the rules of a push over HTTP.</summary>
/// <param name="push">Takes them; null where they are not taken.</param>
/// <param name="watches">Long calls.</param>
internal sealed class ReadingCalls(PushEndpoint? push, Watches watches) : PowerReadingsService.PowerReadingsServiceBase
{
    // Taking some at a time costs less than each for itself; none waits for the next to come.
    private const int MostAtOnce = 1_000;

    /// <inheritdoc/>
    public override Task<PushResult> Push(IAsyncStreamReader<V1.PowerReading> requestStream, ServerCallContext context)
    {
        if (push is null) throw new RpcException(new(StatusCode.Unimplemented, "telemetry.push is off."));
        return watches.HoldAsync(context, async stop =>
        {
            var intake = new Intake(push);
            try
            {
                for (var next = requestStream.MoveNext(stop); await intake.IsMoreAsync(next).ConfigureAwait(false); next = requestStream.MoveNext(stop)) intake.Add(requestStream.Current);
            }
            catch (IOException)
            {
                // A stream that its caller breaks off; the token of the call may learn of it later.
                throw new RpcException(new(StatusCode.Cancelled, "The caller has gone."));
            }
            finally
            {
                intake.Take();
                push.Record(context.GetHttpContext(), intake.Result.Taken, intake.Result.Refused);
            }

            return intake.Result;
        });
    }

    private sealed class Intake(PushEndpoint push)
    {
        private readonly List<(int Index, Core.Power.PowerReading Reading)> _read = [];
        private readonly List<Readings.PushProblem> _problems = [];
        private int _count;

        public PushResult Result { get; } = new() { Taken = 0, Refused = 0 };

        public Task<bool> IsMoreAsync(Task<bool> next)
        {
            if (!next.IsCompleted || _read.Count + _problems.Count >= MostAtOnce) Take();
            return next;
        }

        public void Add(V1.PowerReading message)
        {
            using var json = JsonDocument.Parse(JsonFormatter.Default.Format(message));
            var (reading, problem) = PushBody.ReadItem(json.RootElement, _count);
            if (problem is null) _read.Add((_count, reading));
            else _problems.Add(problem);
            _count++;
        }

        public void Take()
        {
            if (_read.Count + _problems.Count == 0) return;
            var (taken, problems) = push.Take(new([.. _read], [.. _problems]));
            _read.Clear();
            _problems.Clear();
            Result.Taken += taken;
            Result.Refused += problems.Length;
            foreach (var problem in problems.Take(PushEndpoint.MostProblems - Result.Problems.Count))
            {
                Result.Problems.Add(new V1.PushProblem { Index = problem.Index, Field = problem.Field, Value = problem.Value, Expected = problem.Expected });
            }
        }
    }
}
