using TopoScheduler.Server.Grpc;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>What those who watch are told.</summary>
public sealed class FeedTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();
    private string _state = "a";
    private int _reads;

    [Fact]
    public async Task Read_StateChanges_IsToldOncePerIntervalAndOnlyWhatDiffers()
    {
        await using var reader = Feed().ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal("a", await NextAsync(reader));
        var next = reader.MoveNextAsync().AsTask();
        await TickAsync();
        Assert.False(next.IsCompleted);

        _state = "b";
        _state = "c";
        await TickAsync();
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("c", reader.Current);
    }

    [Fact]
    public async Task Read_SlowReader_HasTheNewestNext()
    {
        var feed = Feed();
        await using var slow = feed.ReadAsync(default).GetAsyncEnumerator();
        await using var quick = feed.ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal(("a", "a"), (await NextAsync(slow), await NextAsync(quick)));
        for (var i = 0; i < 5; i++)
        {
            _state = $"{i}";
            await TickAsync();
            Assert.Equal($"{i}", await NextAsync(quick));
        }

        Assert.Equal("4", await NextAsync(slow));
        // Both share what was read.
        Assert.Equal(6, _reads);
    }

    [Fact]
    public async Task Read_LastReaderGoes_ReadsNoMore()
    {
        var feed = Feed();
        var reader = feed.ReadAsync(default).GetAsyncEnumerator();
        await NextAsync(reader);
        await WaitingAsync(1);
        Assert.False(feed.IsIdle);
        await reader.DisposeAsync();
        Assert.True(feed.IsIdle);
        await WaitingAsync(0);
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Read_StateCannotBeWorkedOut_AllAreToldAndTheNextStartsAnew()
    {
        var broken = false;
        var feed = new Feed<string>(_ => broken ? Task.FromException<string>(new InvalidOperationException("no")) : Task.FromResult(_state), Interval, _time);
        await using var one = feed.ReadAsync(default).GetAsyncEnumerator();
        await using var other = feed.ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal(("a", "a"), (await NextAsync(one), await NextAsync(other)));
        broken = true;
        await TickAsync(0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => NextAsync(one));
        await Assert.ThrowsAsync<InvalidOperationException>(() => NextAsync(other));

        broken = false;
        await using var later = feed.ReadAsync(default).GetAsyncEnumerator();
        Assert.Equal("a", await NextAsync(later));
    }

    [Fact]
    public async Task Read_Cancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        await using var reader = Feed().ReadAsync(stop.Token).GetAsyncEnumerator(CancellationToken.None);
        await NextAsync(reader);
        var next = reader.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private Feed<string> Feed() => new(
        _ =>
        {
            _reads++;
            return Task.FromResult(_state);
        },
        Interval,
        _time);

    private static async Task<string> NextAsync(IAsyncEnumerator<string> reader)
    {
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        return reader.Current;
    }

    // The feed waits for its clock before and after.
    private async Task TickAsync(int after = 1)
    {
        await WaitingAsync(1);
        var reads = _reads;
        _time.Advance(Interval);
        while (after > 0 && Volatile.Read(ref _reads) == reads) await Task.Delay(1);
        await WaitingAsync(after);
    }

    private async Task WaitingAsync(int timers)
    {
        for (var attempt = 0; _time.Waiting != timers; attempt++)
        {
            Assert.True(attempt < 3_000, $"{_time.Waiting} timers wait");
            await Task.Delay(10);
        }
    }
}
