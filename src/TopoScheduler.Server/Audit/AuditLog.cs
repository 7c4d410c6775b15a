using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Audit;

/// <summary>
/// The record of every decision: one line of JSON each. Whoever decides only hands the line over; another thread writes it. What cannot be written in time is
/// lost, and the record says how much: no pod waits for a disk. Where nothing is recorded there is no such object.
/// </summary>
internal sealed partial class AuditLog : IAsyncDisposable
{
    /// <summary>Lines that may wait to be written.</summary>
    public const int MostWaiting = 8192;

    private const int BatchBytes = 64 << 10;
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ConditionalWeakTable<ClusterSnapshot, object> _numbers = [];
    private readonly ToldOnce _told = new();
    private readonly AuditFile _file;
    private readonly string _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private readonly Task _writing;
    private long _lastNumber;
    private long _lost;

    private AuditLog(AuditFile file, ServeSettings settings, TimeProvider time, ILogger<AuditLog> logger)
    {
        (_file, _time, _logger) = (file, time, logger);
        _options = DigestOf(settings.Given);
        _lines.Writer.TryWrite(AuditLine.Of(new(AuditVerb.Start, "recording"), time.GetUtcNow(), _options, 0, settings.Given));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Lines that are not in the record.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Begins a record; null where none is wanted.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static AuditLog? Open(ServeSettings settings, TimeProvider time, ILogger<AuditLog> logger) =>
        settings.Audit.IsOn ? new(new(settings.Audit.File!, (long)settings.Audit.FileMiB << 20), settings, time, logger) : null;

    /// <summary>Records a decision. Does not wait.</summary>
    public void Write(in AuditEntry entry)
    {
        var line = AuditLine.Of(entry, _time.GetUtcNow(), _options, NumberOf(entry.Cluster));
        if (!_lines.Writer.TryWrite(line)) Interlocked.Increment(ref _lost);
    }

    /// <summary>Writes what is still waiting, for at most 2 s.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(Goodbye)).ConfigureAwait(false);
        if (_writing.IsCompleted) _file.Dispose();
    }

    // Decisions with one number were made on one cluster.
    private long NumberOf(ClusterSnapshot? cluster) =>
        cluster is null ? 0 : (long)_numbers.GetValue(cluster, _ => Interlocked.Increment(ref _lastNumber));

    private async Task WriteAsync()
    {
        using var batch = new MemoryStream(BatchBytes);
        var told = 0L;
        var isOpen = true;
        while (isOpen)
        {
            isOpen = await _lines.Reader.WaitToReadAsync().ConfigureAwait(false);
            batch.SetLength(0);
            var lines = 0;
            for (; batch.Length < BatchBytes && _lines.Reader.TryRead(out var line); lines++) batch.Write(line);
            var lost = Lost;
            if (lost > told) batch.Write(AuditLine.Of(new(AuditVerb.Lost, "lost") { Count = (int)Math.Min(int.MaxValue, lost - told) }, _time.GetUtcNow(), _options, 0));
            if (batch.Length == 0 || TryWrite(batch)) told = lost;
            else Interlocked.Add(ref _lost, lines);
        }
    }

    private bool TryWrite(MemoryStream batch)
    {
        try
        {
            _file.Write(batch.GetBuffer().AsSpan(0, (int)batch.Length));
            _told.IsNews("file", null);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            if (_told.IsNews("file", e.Message)) LogTrouble(e.Message);
            return false;
        }
    }

    private static string DigestOf(IReadOnlyDictionary<string, string> settings)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in settings) text.Append(key.ToLowerInvariant()).Append('=').Append(value).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    [LoggerMessage(1, LogLevel.Warning, "decisions are not recorded: {Reason}")]
    private partial void LogTrouble(string reason);
}
