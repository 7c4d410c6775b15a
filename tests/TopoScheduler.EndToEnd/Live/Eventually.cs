namespace TopoScheduler.EndToEnd.Live;

/// <summary>Waits for what is bound to come.</summary>
internal static class Eventually
{
    /// <summary>Asks until the answer is yes; fails when the time is up.</summary>
    /// <param name="what">What is waited for.</param>
    /// <param name="limit">How long.</param>
    /// <param name="holds">Whether it has come.</param>
    /// <param name="story">How things stand, told when it fails; null for nothing.</param>
    public static async Task HoldsAsync(string what, TimeSpan limit, Func<Task<bool>> holds, Func<Task<string>>? story = null)
    {
        var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!await holds())
        {
            if (Environment.TickCount64 >= end) Assert.Fail($"not within {limit.TotalSeconds} s: {what}{(story is null ? "" : "\n" + await story())}");
            await Task.Delay(50);
        }
    }
}
