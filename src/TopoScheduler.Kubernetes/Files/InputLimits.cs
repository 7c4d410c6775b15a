namespace TopoScheduler.Kubernetes.Files;

/// <summary>What is read at most. Files come from strangers: beyond these the answer is an <see cref="InputException"/>, not a crash.</summary>
internal sealed record InputLimits
{
    /// <summary>The defaults.</summary>
    public static InputLimits Default { get; } = new();

    /// <summary>Bytes in all, after decompression.</summary>
    /// <value>Default 2 GiB: about 10,000 nodes with 200,000 pods as <c>kubectl</c> prints them.</value>
    public long Bytes { get; init; } = 2L << 30;

    /// <summary>Bytes of one text within JSON.</summary>
    public int TextBytes { get; init; } = 16 << 20;

    /// <summary>Values in one object, aliases written out.</summary>
    public long ValuesPerObject { get; init; } = 2_000_000;

    /// <summary>Files in a folder.</summary>
    public int Files { get; init; } = 10_000;
}
