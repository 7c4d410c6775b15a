using System.Globalization;

namespace TopoScheduler.Server.Answers;

/// <summary>
/// Lets few questions that plan be worked on at a time: each takes a core, and the extender needs cores too. Whoever waits too long for a turn, or for the answer, is
/// told so. The engine cannot be stopped within one plan: a question nobody waits for any more keeps its turn until its plan ends.
/// </summary>
/// <param name="atOnce">How many at a time.</param>
/// <param name="patience">How long one waits for a turn.</param>
/// <param name="limit">How long one may be worked on.</param>
public sealed class HeavyQuestions(int atOnce, TimeSpan patience, TimeSpan limit) : IDisposable
{
    /// <summary>How long one waits for a turn, at all doors.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turns = new(atOnce, atOnce);

    /// <summary>Has a question answered when it is its turn.</summary>
    /// <param name="answer">Answers it; looks at the token between plans.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="NoAnswerException">There was no turn, or it took too long.</exception>
    public Task<T> AskAsync<T>(Func<CancellationToken, T> answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return AwaitAsync(stop => Task.FromResult(answer(stop)), cancellation);
    }

    /// <summary>The same for an answer that waits for others on its way; it keeps its turn meanwhile.</summary>
    /// <param name="answer">Answers it; looks at the token between plans.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="NoAnswerException">There was no turn, or it took too long.</exception>
    public async Task<T> AwaitAsync<T>(Func<CancellationToken, Task<T>> answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!await _turns.WaitAsync(patience, cancellation).ConfigureAwait(false)) throw new NoAnswerException(NoAnswer.Busy, "Too many questions are worked on; ask again.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var token = stop.Token;
        var work = Task.Run(
            async () =>
            {
                try
                {
                    return await answer(token).ConfigureAwait(false);
                }
                finally
                {
                    _turns.Release();
                }
            },
            CancellationToken.None);
        try
        {
            return await work.WaitAsync(limit, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new NoAnswerException(NoAnswer.TooLong, string.Create(CultureInfo.InvariantCulture, $"No answer within {limit.TotalSeconds} s; ask about fewer jobs at a time."));
        }
        finally
        {
            // A caller who leaves wakes this first: without it the link would be undone before it has told the work, which would go on to its end.
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
