namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>Seeded choices.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>True so many times in a hundred.</summary>
    public bool Chance(int percent) => _random.Next(100) < percent;

    /// <summary>A number between two, both included.</summary>
    public int Between(int least, int most) => _random.Next(least, most + 1);

    /// <summary>A number below one that may be large.</summary>
    public long Below(long bound) => _random.NextInt64(bound);

    /// <summary>One of those given.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    /// <summary>So many of those given, each once.</summary>
    public T[] Some<T>(int count, params ReadOnlySpan<T> choices)
    {
        var all = choices.ToArray();
        _random.Shuffle(all);
        return all[..count];
    }
}
