using System.Collections.Immutable;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Grpc;

/// <summary>What a caller is told of a call that ended without an answer, in one place for all of them.</summary>
internal static class CallStatus
{
    // Clients bound the bytes of trailers.
    private const int MostCharacters = 2_000;
    private const int MostFields = 20;

    /// <summary>The status of an exception; null for a defect of ours.</summary>
    public static Status? Of(Exception problem, ServerCallContext context) => problem switch
    {
        RpcException rpc => rpc.Status,
        QuestionException question => new(StatusCode.InvalidArgument, Cut(TextOf(question))),
        InputException => new(StatusCode.InvalidArgument, Cut(problem.Message)),
        NoSubjectException => new(StatusCode.NotFound, Cut(problem.Message)),
        NoAnswerException { Reason: NoAnswer.Busy } => new(StatusCode.ResourceExhausted, problem.Message),
        NoAnswerException { Reason: NoAnswer.TooLong } => new(StatusCode.DeadlineExceeded, problem.Message),
        NoAnswerException => new(StatusCode.Unavailable, problem.Message),
        ApiException or ApiUnavailableException => new(StatusCode.Unavailable, Cut($"The API server does not say: {problem.Message}")),
        // A message for a call that is over is an InvalidOperationException of the library's.
        OperationCanceledException or IOException or InvalidOperationException when context.CancellationToken.IsCancellationRequested => IsLate(context)
            ? new(StatusCode.DeadlineExceeded, "The deadline of the call has passed.")
            : new(StatusCode.Cancelled, "The caller has gone."),
        ConnectionResetException or ConnectionAbortedException => new(StatusCode.Cancelled, "The caller has gone."),
        _ => null,
    };

    private static bool IsLate(ServerCallContext context) => context.Deadline <= DateTime.UtcNow;

    private static string TextOf(QuestionException question)
    {
        if (!question.Problems.IsEmpty) return $"{question.Message} {Join([.. question.Problems.Select(p => $"{p.Object}: {p.Message}")])}";
        return Join([.. question.Fields.Select(f => $"{f.Field}=\"{f.Value}\": expected {f.Expected}")]);
    }

    private static string Join(ImmutableArray<string> parts) =>
        string.Join("; ", parts.Take(MostFields)) + (parts.Length > MostFields ? $"; and {parts.Length - MostFields} more" : "");

    private static string Cut(string text) => text.Length <= MostCharacters ? text : text[..MostCharacters] + "...";
}
