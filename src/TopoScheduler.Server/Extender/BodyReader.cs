using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>Receives bodies within the limits on bytes and time.</summary>
internal sealed class BodyReader(ExtenderLimits limits) : IDisposable
{
    private const int MostRentedAhead = 1 << 20;
    private const int Mebibyte = 1 << 20;
    private readonly SemaphoreSlim _large = new(1, 1);

    /// <inheritdoc/>
    public void Dispose() => _large.Dispose();

    /// <summary>
    /// Receives a whole body into the scratch.
    /// </summary>
    /// <returns>True when it is the one large body of the moment: <see cref="EndLarge"/> must follow when it is done with.</returns>
    /// <exception cref="BadHttpRequestException">It is too large (413) or too slow (408), or broken off.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync(HttpRequest request, ExtenderScratch scratch)
    {
        if (request.ContentLength > limits.ObjectBodyBytes) throw TooLarge();
        // What a caller announces costs memory only as far as usual bodies go.
        scratch.Body.Reserve((int)Math.Min(request.ContentLength ?? 0, MostRentedAhead));
        var isLarge = false;
        try
        {
            var start = Environment.TickCount64;
            while (true)
            {
                if (!request.BodyReader.TryRead(out var read)) read = await WaitAsync(request.BodyReader, scratch, start).ConfigureAwait(false);
                try
                {
                    if (!isLarge && scratch.Body.Length + read.Buffer.Length > limits.BodyBytes) isLarge = BeginLarge(read.Buffer, scratch.Body);
                    if (scratch.Body.Length + read.Buffer.Length > limits.ObjectBodyBytes) throw TooLarge();
                    Append(read.Buffer, scratch.Body);
                }
                finally
                {
                    // Refused or not: only a reader that stands between reads lets Kestrel pass over the rest and keep the connection.
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted) return isLarge;
            }
        }
        catch
        {
            if (isLarge) EndLarge();
            throw;
        }
    }

    /// <summary>The large body is done with; the next may come.</summary>
    public void EndLarge() => _large.Release();

    private static BadHttpRequestException TooLarge() => new("The body is too large.", StatusCodes.Status413PayloadTooLarge);

    // Only Node objects may make a body large, and they come before the names; so the limit decides what is looked at.
    private bool BeginLarge(in ReadOnlySequence<byte> next, PooledBuffer body)
    {
        Append(next, body);
        var carries = ExtenderArgsReader.CarriesNodeObjects(body.Written.Span);
        body.Advance(-(int)next.Length);
        return carries && _large.Wait(0) ? true : throw TooLarge();
    }

    private static void Append(in ReadOnlySequence<byte> next, PooledBuffer body)
    {
        var length = (int)next.Length;
        next.CopyTo(body.GetSpan(length));
        body.Advance(length);
    }

    // A body comes in many pieces: what waits for them is reused.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(PipeReader reader, ExtenderScratch scratch, long start)
    {
        var allowed = limits.ReceiveTime.TotalMilliseconds * (1 + (scratch.Body.Length / Mebibyte));
        var left = allowed - (Environment.TickCount64 - start);
        if (left <= 0) throw TooSlow();
        var timer = scratch.StartTimer(TimeSpan.FromMilliseconds(left));
        try
        {
            return await reader.ReadAsync(timer).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested)
        {
            throw TooSlow(e);
        }
        finally
        {
            scratch.StopTimer();
        }
    }

    private static BadHttpRequestException TooSlow(Exception? inner = null) => new("The body comes too slowly.", StatusCodes.Status408RequestTimeout, inner!);
}
