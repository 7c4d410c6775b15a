using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Core.Tests.Cluster;

public sealed class ChunkedArrayTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Edit_AnyLength_ChangesOneVersionAndLeavesTheOthersAlone(int length)
    {
        var random = new Random(length);
        var model = new long[length];
        var versions = new List<(ChunkedArray<long> Array, long[] Expected)> { (ChunkedArray<long>.Filled(length, 0), [.. model]) };
        for (var round = 0; round < 50; round++)
        {
            var editor = versions[^1].Array.Edit();
            for (var i = 0; i < Math.Min(3, length); i++)
            {
                var at = random.Next(length);
                model[at] = editor[at] + random.Next(-5, 100);
                editor[at] = model[at];
                Assert.Equal(model[at], editor[at]);
            }

            versions.Add((editor.ToImmutable(), [.. model]));
        }

        Assert.All(versions, v => Assert.Equal(v.Expected, Read(v.Array)));
        Assert.Equal(model, Read(ChunkedArray<long>.Of(model)));
    }

    [Fact]
    public void Filled_OneValueWritten_ChangesNoOtherChunk()
    {
        var editor = ChunkedArray<int>.Filled(1000, 7).Edit();
        editor[300] = 1;

        Assert.Equal(999, Read(editor.ToImmutable()).Count(v => v == 7));
    }

    [Fact]
    public void ToImmutable_NothingWritten_IsTheSameVersion()
    {
        var before = ChunkedArray<int>.Filled(10, 3);

        Assert.Same(before, before.Edit().ToImmutable());
    }

    private static T[] Read<T>(ChunkedArray<T> array)
    {
        var copied = new T[array.Length];
        array.CopyTo(copied);
        var chunks = Enumerable.Range(0, array.ChunkCount).SelectMany(c => array.Chunk(c).ToArray()).ToArray();
        Assert.Equal(copied, chunks);
        Assert.Equal(copied, Enumerable.Range(0, array.Length).Select(i => array[i]));
        return copied;
    }
}
