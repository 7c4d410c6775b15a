namespace TopoScheduler.EndToEnd.Live;

/// <summary>Waits for what is bound to come.</summary>
internal static class Eventually
{
    /// <summary>Asks until the answer is yes; fails when the time is up.</summary>
    public static async Task HoldsAsync(string what, TimeSpan limit, Func<Task<bool>> holds)
    {
        var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!await holds())
        {
            Assert.True(Environment.TickCount64 < end, $"not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(50);
        }
    }
}
