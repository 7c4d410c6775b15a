using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Access;

/// <summary>
/// What files say, made into something once for each content. Their content is what counts, because the times of files that are links (as in a mounted
/// Secret) say nothing. While they cannot be read, or what they say cannot be used (half of two files that belong together is written), the last one stays
/// in force.
/// </summary>
/// <typeparam name="T">What is made of them.</typeparam>
/// <param name="read">Their content.</param>
/// <param name="make">Makes it; throws <see cref="InputException"/> where that cannot be done.</param>
internal sealed class LastUsable<T>(Func<string> read, Func<string, T> make)
    where T : class
{
    private readonly Lock _lock = new();
    private T? _current;
    private string _text = "";
    private string? _lastTrouble;

    /// <summary>Is told once of files that cannot be used.</summary>
    public Action<string>? Trouble { get; set; }

    /// <summary>The one now.</summary>
    /// <exception cref="InputException">There never was one that could be used.</exception>
    public T Current()
    {
        lock (_lock)
        {
            try
            {
                var text = read();
                if (_current is null || _text != text) (_current, _text) = (make(text), text);
                _lastTrouble = null;
            }
            catch (InputException e) when (_current is not null)
            {
                if (_lastTrouble != e.Message) Trouble?.Invoke(e.Message);
                _lastTrouble = e.Message;
            }

            return _current;
        }
    }
}
