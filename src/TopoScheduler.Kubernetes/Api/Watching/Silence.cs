namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>
/// How long a stream may be silent. Bookmarks come about once a minute, but nobody promises them: only where they were seen does their absence
/// mean that the stream is dead. A deadline that turns out wrong is doubled, so that a quiet server is not asked again and again.
/// </summary>
internal sealed class Silence(ReflectorOptions options)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private TimeSpan _longest = options.LongestSilence;
    private int _bookmarks;

    /// <summary>The deadline of a stream that the server ends after this time.</summary>
    public TimeSpan For(TimeSpan watch)
    {
        // Later than its end the stream is dead in any case.
        var end = watch + Grace;
        return _bookmarks >= 2 && _longest < end ? _longest : end;
    }

    /// <summary>A bookmark came; two of them make a habit.</summary>
    public void Bookmark() => _bookmarks++;

    /// <summary>The deadline passed.</summary>
    /// <param name="heard">Something was heard on that stream before.</param>
    public void Passed(bool heard)
    {
        // A stream that spoke and then fell silent may have died; one that never spoke says that the deadline is too short.
        if (!heard)
        {
            _longest *= 2;
        }
    }
}
