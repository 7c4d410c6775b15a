using System.Text;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Json;

/// <summary>
/// Scalars by their UTF-8, so that the same label, namespace or quantity of a hundred thousand pods is one string. Bounded: a table of fixed
/// size in which a later text takes the place of an earlier one. A slot is one reference, so threads may share the pool without a lock.
/// </summary>
internal sealed class ScalarPool
{
    private const int Slots = 1 << 14;
    private const int LongestText = 96;

    private readonly Tree?[] _slots = new Tree?[Slots];

    /// <summary>The empty text.</summary>
    public static Tree Empty { get; } = Tree.Scalar("", 0);

    /// <summary>The scalar of a text without escapes.</summary>
    public Tree this[ReadOnlySpan<byte> text]
    {
        get
        {
            if (text.IsEmpty)
            {
                return Empty;
            }

            if (text.Length > LongestText || !Ascii.IsValid(text))
            {
                return Tree.Scalar(Encoding.UTF8.GetString(text), 0);
            }

            ref var slot = ref _slots[Hash(text) & (Slots - 1)];
            var known = slot;
            return known is not null && Ascii.Equals(text, known.Text) ? known : slot = Tree.Scalar(Encoding.ASCII.GetString(text), 0);
        }
    }

    private static int Hash(ReadOnlySpan<byte> text)
    {
        // Seeded per process: nobody can choose names that chase each other out of the table.
        var hash = default(HashCode);
        hash.AddBytes(text);
        return hash.ToHashCode();
    }
}
