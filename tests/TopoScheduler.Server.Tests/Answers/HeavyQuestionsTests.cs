using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Tests.Answers;

public sealed class HeavyQuestionsTests
{
    private static readonly TimeSpan Ages = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task AskAsync_AllTurnsTaken_IsBusy()
    {
        using var heavy = new HeavyQuestions(1, TimeSpan.Zero, Ages);
        using var end = new ManualResetEventSlim();
        var first = heavy.AskAsync(_ => { end.Wait(CancellationToken.None); return 1; }, CancellationToken.None);
        Assert.Equal(NoAnswer.Busy, (await Assert.ThrowsAsync<NoAnswerException>(() => heavy.AskAsync(_ => 2, CancellationToken.None))).Reason);
        end.Set();
        Assert.Equal(1, await first);
    }

    [Fact]
    public async Task AskAsync_TooLong_IsToldAndKeepsItsTurn()
    {
        using var heavy = new HeavyQuestions(1, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        using var end = new ManualResetEventSlim();
        var stopped = new TaskCompletionSource<bool>();
        var asked = heavy.AskAsync(stop => { end.Wait(CancellationToken.None); stopped.SetResult(stop.IsCancellationRequested); return 1; }, CancellationToken.None);
        Assert.Equal(NoAnswer.TooLong, (await Assert.ThrowsAsync<NoAnswerException>(() => asked)).Reason);
        Assert.Equal(NoAnswer.Busy, (await Assert.ThrowsAsync<NoAnswerException>(() => heavy.AskAsync(_ => 2, CancellationToken.None))).Reason);
        end.Set();
        Assert.True(await stopped.Task);
    }

    [Fact]
    public async Task AskAsync_CallerLeaves_EndsForTheCallerAndTellsTheWork()
    {
        using var heavy = new HeavyQuestions(1, Ages, Ages);
        using var end = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var (begun, stopped) = (new TaskCompletionSource(), new TaskCompletionSource<bool>());
        var asked = heavy.AskAsync(stop => { begun.SetResult(); end.Wait(CancellationToken.None); stopped.SetResult(stop.IsCancellationRequested); return 1; }, caller.Token);
        await begun.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        end.Set();
        Assert.True(await stopped.Task);
        Assert.Equal(2, await heavy.AskAsync(_ => 2, CancellationToken.None));
    }

    [Fact]
    public async Task AskAsync_Defect_IsThatOfTheQuestionAndFreesTheTurn()
    {
        using var heavy = new HeavyQuestions(1, Ages, Ages);
        await Assert.ThrowsAsync<InvalidOperationException>(() => heavy.AskAsync<int>(_ => throw new InvalidOperationException(), CancellationToken.None));
        Assert.Equal(2, await heavy.AskAsync(_ => 2, CancellationToken.None));
    }
}
