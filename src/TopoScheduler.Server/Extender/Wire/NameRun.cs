using System.Numerics;
using System.Runtime.Intrinsics;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// A list of names as Go writes it: <c>"a","b","c"</c>, without white space or escapes. The quotes of 32 bytes are found at once, so that where a name begins
/// does not wait for the one before it.
/// </summary>
internal static class NameRun
{
    private static readonly Vector256<byte> Quote = Vector256.Create((byte)'"');
    private static readonly Vector256<byte> Backslash = Vector256.Create((byte)'\\');
    private static readonly Vector256<byte> Space = Vector256.Create((byte)' ');

    /// <summary>Adds the names at a place of a body to the arguments, as far as they are written that way.</summary>
    /// <param name="body">The body.</param>
    /// <param name="start">Where the first name is, at its quote.</param>
    /// <param name="names">The nodes there are.</param>
    /// <param name="args">Where they go.</param>
    /// <returns>How many bytes those names take, from the first quote to the last.</returns>
    public static int Read(ReadOnlySpan<byte> body, int start, NodeNameTable names, ExtenderArgs args)
    {
        var (passed, open, name) = (start, start, -1);
        for (var block = start; block + Vector256<byte>.Count <= body.Length; block += Vector256<byte>.Count)
        {
            var bytes = Vector256.Create(body.Slice(block, Vector256<byte>.Count));
            // An escape, or what JSON forbids in text, is for somebody slower.
            if ((Vector256.Equals(bytes, Backslash) | Vector256.LessThan(bytes, Space)) != Vector256<byte>.Zero) break;
            for (var quotes = Vector256.Equals(bytes, Quote).ExtractMostSignificantBits(); quotes != 0; quotes &= quotes - 1)
            {
                var at = block + BitOperations.TrailingZeroCount(quotes);
                if (name < 0)
                {
                    if (at != open) return passed - start;
                    name = at + 1;
                    continue;
                }

                args.Add(names.Find(body, name, at - name), new(open, at + 1 - open));
                passed = at + 1;
                if (passed == body.Length || body[passed] != (byte)',') return passed - start;
                (open, name) = (passed + 1, -1);
            }
        }

        return passed - start;
    }
}
