namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Names in the order people expect: <c>worker-2</c> before <c>worker-10</c>. Ordinal otherwise, and total.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int order;
            if (char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]))
            {
                var left = TakeNumber(ref a);
                var right = TakeNumber(ref b);
                order = left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
            }
            else
            {
                order = a[0].CompareTo(b[0]);
                a = a[1..];
                b = b[1..];
            }

            if (order != 0)
            {
                return order;
            }
        }

        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        var number = text[..length].TrimStart('0');
        text = text[length..];
        return number;
    }
}
