using System.Text;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>A text that is often written, encoded once, with the bytes behind it that <see cref="WireOutput.Copy"/> reads along.</summary>
internal readonly struct PaddedText(string text)
{
    private readonly byte[] _padded = [.. Encoding.UTF8.GetBytes(text), .. new byte[WireOutput.Block]];

    /// <summary>No text was given.</summary>
    public bool IsNone => _padded is null;

    /// <summary>The text and what is behind it.</summary>
    public ReadOnlySpan<byte> Padded => _padded;

    /// <summary>Length of the text.</summary>
    public int Length => _padded.Length - WireOutput.Block;
}
