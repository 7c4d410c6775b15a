namespace TopoScheduler.Server;

/// <summary>
/// Which troubles have been told already. A trouble is news once, whatever figures it names, until it ends; that is news again. For threads.
/// </summary>
internal sealed class ToldOnce
{
    // Whoever makes up names must not fill the memory; what is told twice then does little harm.
    private const int MostThings = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>True when something is to be told.</summary>
    /// <param name="about">What has the trouble.</param>
    /// <param name="trouble">The trouble; null for none.</param>
    public bool IsNews(string about, string? trouble)
    {
        lock (_lock)
        {
            if (trouble is null) return _told.Remove(about);
            var kind = new string([.. trouble.Where(c => !char.IsAsciiDigit(c) && c != '.')]);
            if (_told.TryGetValue(about, out var before) && before == kind) return false;
            if (_told.Count >= MostThings) _told.Clear();
            _told[about] = kind;
            return true;
        }
    }
}
