using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>
/// What PEM or a token file says, read again at most once a minute and whenever it was refused. A file that cannot be read for a moment (it is
/// being replaced) leaves the last content in force. For threads.
/// </summary>
/// <param name="read">Reads it.</param>
/// <param name="rotates">It may change.</param>
/// <param name="time">The clock.</param>
internal sealed class RotatingText(Func<string> read, bool rotates, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private string? _content;
    private long _readAt;

    /// <summary>The content now.</summary>
    /// <param name="again">True: it was refused, read it now.</param>
    public string Current(bool again = false)
    {
        lock (_lock)
        {
            if (_content is not null && (!rotates || (!again && time.GetElapsedTime(_readAt) < Freshness)))
            {
                return _content;
            }

            try
            {
                _content = read();
            }
            catch (InputException) when (_content is not null)
            {
                // Tried again after the next minute.
            }

            _readAt = time.GetTimestamp();
            return _content;
        }
    }
}
