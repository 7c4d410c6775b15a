using TopoScheduler.Core.Power;
using TopoScheduler.Server.Readings;
using TopoScheduler.Testing.Clocks;

namespace TopoScheduler.Server.Tests.Readings;

public sealed class ReadingStoreTests
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(45);
    private readonly ManualTime _time = new();
    private readonly ReadingStore _store;

    public ReadingStoreTests() => _store = new(Stale, _time);

    [Fact]
    public void TakeChange_SameSampleAgain_IsNoChange()
    {
        Assert.Null(_store.TakeChange());
        Assert.Equal(ReadingFate.Taken, _store.Offer(Of("r1", 100)));
        Assert.Equal([Of("r1", 100)], _store.TakeChange()!.Value.AsEnumerable());
        Assert.Equal(ReadingFate.Taken, _store.Offer(Of("r1", 100)));
        Assert.Null(_store.TakeChange());
    }

    [Fact]
    public void Offer_TwoSources_NewerWinsWhoeverComesFirst()
    {
        _time.Advance(TimeSpan.FromSeconds(20));
        _store.Offer(Of("r1", 200, secondsAgo: 1));
        Assert.Equal(ReadingFate.Older, _store.Offer(Of("r1", 100, secondsAgo: 10)));
        Assert.Equal(200, Fresh("r1"));
        Assert.Equal(ReadingFate.Taken, _store.Offer(Of("r1", 50)));
        Assert.Equal(50, Fresh("r1"));
    }

    [Fact]
    public void Offer_SameMoment_HigherCounts()
    {
        _store.Offer(Of("r1", 200));
        Assert.Equal(ReadingFate.Older, _store.Offer(Of("r1", 100)));
        Assert.Equal(ReadingFate.Taken, _store.Offer(Of("r1", 300)));
        Assert.Equal(300, Fresh("r1"));
    }

    [Fact]
    public void Offer_SameNameOfOtherKind_IsAnotherThing()
    {
        _store.Offer(Of("x", 1));
        _store.Offer(Of("x", 2) with { Kind = PowerReadingKind.Pdu });
        Assert.Equal(2, _store.TakeChange()!.Value.Length);
    }

    [Theory]
    [InlineData(45, ReadingFate.Taken)]
    [InlineData(46, ReadingFate.Stale)]
    [InlineData(-30, ReadingFate.Taken)]
    [InlineData(-31, ReadingFate.Ahead)]
    public void Offer_Age_IsBounded(int secondsAgo, object fate)
    {
        Assert.Equal(fate, _store.Offer(Of("r1", 1, secondsAgo)));
        Assert.Equal((ReadingFate)fate == ReadingFate.Taken, _store.TakeChange() is not null);
    }

    [Fact]
    public void TakeChange_NothingNew_ReadingFallsOutWhenStale()
    {
        _store.Offer(Of("r1", 100));
        _store.TakeChange();
        _time.Advance(Stale);
        Assert.Null(_store.TakeChange());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_store.TakeChange()!.Value);
        Assert.Equal((0, 1), _store.Count()[(int)PowerReadingKind.Rack]);
        Assert.Null(_store.TakeChange());
    }

    [Fact]
    public void Count_LongGone_IsForgotten()
    {
        _store.Offer(Of("r1", 100));
        _time.Advance(TimeSpan.FromMinutes(20));
        _store.TakeChange();
        _store.TakeChange();
        Assert.Equal((0, 0), _store.Count()[(int)PowerReadingKind.Rack]);
    }

    // A reading from what is now the future must neither count nor keep later ones out.
    [Fact]
    public void Offer_ClockSetBack_NewReadingsCountAtOnce()
    {
        _store.Offer(Of("r1", 100));
        _store.TakeChange();
        _time.SetWallClock(TimeSpan.FromHours(-1));
        Assert.Empty(_store.TakeChange()!.Value);
        Assert.Equal(ReadingFate.Taken, _store.Offer(Of("r1", 70)));
        Assert.Equal(70, Fresh("r1"));
    }

    [Fact]
    public void Offer_TooManyThings_AreRefusedAndKnownOnesGoOn()
    {
        for (var i = 0; i < ReadingStore.MostReadings; i++) _store.Offer(Of($"r{i}", 1));
        Assert.Equal(ReadingFate.Full, _store.Offer(Of("one-more", 1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ReadingFate.Taken, _store.Offer(Of("r7", 2)));
    }

    [Fact]
    public void Again_AfterTake_HandsTheSameOutOnceMore()
    {
        _store.Offer(Of("r1", 100));
        var first = _store.TakeChange()!.Value;
        _store.Again();
        Assert.Equal(first.AsEnumerable(), _store.TakeChange()!.Value.AsEnumerable());
        Assert.Null(_store.TakeChange());
    }

    // Against a list that forgets nothing and is searched whole.
    [Fact]
    public void History_Random_FreshSetIsWhatAListSays()
    {
        var random = new Random(11);
        for (var history = 0; history < 50; history++) Live(random);
    }

    private static void Live(Random random)
    {
        var time = new ManualTime();
        var store = new ReadingStore(Stale, time);
        var all = new List<PowerReading>();
        PowerReading[] last = [];
        for (var step = 0; step < 100; step++)
        {
            if (random.Next(3) == 0) time.Advance(TimeSpan.FromSeconds(random.Next(30)));
            var reading = new PowerReading(PowerReadingKind.Rack, $"r{random.Next(4)}", random.Next(5), time.GetUtcNow() - TimeSpan.FromSeconds(random.Next(-20, 60)));
            if (store.Offer(reading) is not ReadingFate.Stale) all.Add(reading);
            var now = time.GetUtcNow();
            PowerReading[] expected =
            [
                .. all.Where(r => now - r.At <= Stale).GroupBy(r => r.Name).Select(g => g.OrderByDescending(r => r.At).ThenByDescending(r => r.Watts).First()).OrderBy(r => r.Name, StringComparer.Ordinal),
            ];
            var change = store.TakeChange();
            Assert.Equal(!expected.SequenceEqual(last), change is not null);
            if (change is { } fresh) Assert.Equal(expected, fresh);
            last = expected;
        }
    }

    private double? Fresh(string name) => _store.TakeChange() is { } fresh ? fresh.Single(r => r.Name == name).Watts : null;

    private PowerReading Of(string name, double watts, int secondsAgo = 0) => new(PowerReadingKind.Rack, name, watts, _time.GetUtcNow() - TimeSpan.FromSeconds(secondsAgo));
}
