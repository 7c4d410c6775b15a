using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// The names of all nodes, by node index: from the UTF-8 bytes of a name to its node, and from a node to its name as JSON, without decoding
/// or encoding anything. Built once per topology; immutable.
/// </summary>
public sealed class NodeNameTable
{
    private const int SlotsOfBucket = 8;
    private const int NodesOfBucket = 4;
    private const int LongestKey = 31;
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;

    private static readonly Vector256<byte> Places = Vector256<byte>.Indices;
    private static readonly Vector256<byte> LastPlace = Vector256.Equals(Places, Vector256.Create((byte)LongestKey));

    // Name and JSON text of a node stand next to each other, with a comma before the text; most JSON texts are the name in quotes, and hold it.
    private readonly byte[] _bytes;
    private readonly ByteRange[] _names;
    private readonly ByteRange[] _json;

    // Slots in buckets of eight, half of them free: nearly every name is in the bucket its hash points to, and one look at eight tags says where. A slot
    // at a time, the processor would guess wrong for every third name.
    private readonly Vector128<ushort>[] _tags;
    private readonly int[] _nodes;
    private readonly Vector256<byte>[] _keys;
    private readonly ulong _seed;

    /// <summary>A table of names, one for each node index. Of equal names the first is found.</summary>
    public NodeNameTable(IReadOnlyList<string> names)
    {
        var bytes = new MemoryStream();
        _names = new ByteRange[names.Count];
        _json = new ByteRange[names.Count];
        for (var n = 0; n < names.Count; n++)
        {
            Append(bytes, n, names[n]);
        }

        bytes.Write(stackalloc byte[WireOutput.Block]);
        _bytes = bytes.ToArray();
        // Nobody outside knows the seed, so nobody can make up names that meet in one slot.
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        _seed = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        _tags = new Vector128<ushort>[(int)BitOperations.RoundUpToPowerOf2((uint)(names.Count / NodesOfBucket) + 1)];
        _keys = new Vector256<byte>[names.Count];
        _nodes = new int[_tags.Length * SlotsOfBucket];
        for (var n = 0; n < names.Count; n++) Insert(n);
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => _names.Length;

    /// <summary>The node of this name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> utf8) => utf8.Length <= LongestKey ? FindKey(KeyOf(utf8)) : FindLong(utf8);

    /// <summary>The same for a name within a text; what stands behind it is read along with it.</summary>
    internal int Find(ReadOnlySpan<byte> text, int start, int length) => length <= LongestKey && text.Length - start >= Vector256<byte>.Count
        ? FindKey(KeyOf(Vector256.Create(text.Slice(start, Vector256<byte>.Count)), length))
        : FindSlowly(text, start, length);

    /// <summary>The name of a node in UTF-8.</summary>
    public ReadOnlySpan<byte> NameOf(int node) => _names[node].Of(_bytes);

    /// <summary>The name of a node as JSON text, quotes included.</summary>
    public ReadOnlySpan<byte> JsonOf(int node) => _json[node].Of(_bytes);

    /// <summary>The same after a comma, and at least <see cref="WireOutput.Block"/> bytes of something else.</summary>
    /// <param name="node">The node.</param>
    /// <param name="length">Length with the comma.</param>
    internal ReadOnlySpan<byte> CommaJsonOf(int node, out int length)
    {
        var json = _json[node];
        length = json.Length + 1;
        return _bytes.AsSpan(json.Start - 1);
    }

    /// <summary>Length of the longest of them.</summary>
    internal int LongestCommaJson { get; private set; }

    // Apart, so that the way of nearly all names is short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FindSlowly(ReadOnlySpan<byte> text, int start, int length) => Find(text.Slice(start, length));

    private int FindKey(Vector256<byte> key)
    {
        var hash = Hash(key);
        var tag = Vector128.Create(TagOf(hash));
        for (var bucket = (int)hash & (_tags.Length - 1); ; bucket = (bucket + 1) & (_tags.Length - 1))
        {
            var tags = _tags[bucket];
            for (var hits = Vector128.Equals(tags, tag).ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
            {
                var node = _nodes[(bucket * SlotsOfBucket) + BitOperations.TrailingZeroCount(hits)];
                if (_keys[node] == key) return node;
            }

            if (Vector128.EqualsAny(tags, Vector128<ushort>.Zero)) return -1;
        }
    }

    private int FindLong(ReadOnlySpan<byte> name)
    {
        var hash = HashLong(name);
        var tag = Vector128.Create(TagOf(hash));
        for (var bucket = (int)hash & (_tags.Length - 1); ; bucket = (bucket + 1) & (_tags.Length - 1))
        {
            var tags = _tags[bucket];
            for (var hits = Vector128.Equals(tags, tag).ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
            {
                var node = _nodes[(bucket * SlotsOfBucket) + BitOperations.TrailingZeroCount(hits)];
                if (NameOf(node).SequenceEqual(name)) return node;
            }

            if (Vector128.EqualsAny(tags, Vector128<ushort>.Zero)) return -1;
        }
    }

    private void Append(MemoryStream bytes, int node, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var json = JsonEncodedText.Encode(utf8).EncodedUtf8Bytes;
        bytes.WriteByte((byte)',');
        var start = (int)bytes.Position;
        bytes.WriteByte((byte)'"');
        bytes.Write(json);
        bytes.WriteByte((byte)'"');
        _json[node] = new(start, json.Length + 2);
        LongestCommaJson = Math.Max(LongestCommaJson, json.Length + 3);
        if (json.SequenceEqual(utf8))
        {
            _names[node] = new(start + 1, utf8.Length);
            return;
        }

        _names[node] = new((int)bytes.Position, utf8.Length);
        bytes.Write(utf8);
    }

    private void Insert(int node)
    {
        var name = NameOf(node);
        var isShort = name.Length <= LongestKey;
        _keys[node] = isShort ? KeyOf(name) : Vector256<byte>.AllBitsSet;
        var hash = isShort ? Hash(_keys[node]) : HashLong(name);
        for (var bucket = (int)hash & (_tags.Length - 1); ; bucket = (bucket + 1) & (_tags.Length - 1))
        {
            var free = Vector128.Equals(_tags[bucket], Vector128<ushort>.Zero).ExtractMostSignificantBits();
            if (free == 0) continue;
            var slot = BitOperations.TrailingZeroCount(free);
            _tags[bucket] = _tags[bucket].WithElement(slot, TagOf(hash));
            _nodes[(bucket * SlotsOfBucket) + slot] = node;
            return;
        }
    }

    // Never that of a free slot.
    private static ushort TagOf(ulong hash) => (ushort)((hash >> 48) | 1);

    private static Vector256<byte> KeyOf(ReadOnlySpan<byte> name)
    {
        Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
        name.CopyTo(padded);
        return KeyOf(Vector256.Create((ReadOnlySpan<byte>)padded), name.Length);
    }

    // The name, zeros, and its length as the last byte: names differ when their keys do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> KeyOf(Vector256<byte> name, int length) =>
        (Vector256.LessThan(Places, Vector256.Create((byte)length)) & name) | (LastPlace & Vector256.Create((byte)length));

    // Products of 64 × 64 bits whose halves are folded: every bit of a name reaches every bit of the hash.
    private ulong Hash(Vector256<byte> key)
    {
        var words = key.AsUInt64();
        return Fold(words[0] ^ _seed, words[1] ^ Odd) ^ Fold(words[2] ^ Odd, words[3] ^ _seed);
    }

    private ulong HashLong(ReadOnlySpan<byte> name)
    {
        var hash = _seed;
        var at = 0;
        for (; at + sizeof(ulong) <= name.Length; at += sizeof(ulong)) hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name[at..]), Odd);
        return Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]), _seed | 1);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        // Multiplied twice: the low half would otherwise come by way of memory.
        return Math.BigMul(a, b, out _) ^ (a * b);
    }
}
