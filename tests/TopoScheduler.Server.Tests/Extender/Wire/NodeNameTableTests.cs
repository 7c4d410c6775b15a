using System.Text;
using System.Text.Json;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Tests.Extender.Wire;

public sealed class NodeNameTableTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15_000)]
    public void Find_EveryName_IsItsNode(int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(i => $"gpu-node-{i:D5}.cluster.example")];
        var table = new NodeNameTable(names);

        for (var n = 0; n < count; n++)
        {
            Assert.Equal(n, table.Find(Encoding.UTF8.GetBytes(names[n])));
            Assert.Equal($"\"{names[n]}\"", Encoding.UTF8.GetString(table.JsonOf(n)));
        }

        Assert.Equal(-1, table.Find("gpu-node-15001.cluster.example"u8));
        Assert.Equal(-1, table.Find([]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("quo\"te")]
    [InlineData("back\\slash")]
    [InlineData("ünï-ço-d-é")]
    [InlineData("line\nend")]
    [InlineData("\U0001F600")]
    public void JsonOf_StrangeName_SaysItAgain(string name)
    {
        var table = new NodeNameTable(["plain", name]);

        Assert.Equal(1, table.Find(Encoding.UTF8.GetBytes(name)));
        Assert.Equal(name, Encoding.UTF8.GetString(table.NameOf(1)));
        Assert.Equal(name, JsonSerializer.Deserialize<string>(table.JsonOf(1)));
    }

    // Names that differ in one byte, at every place and in every length, must not be taken for each other.
    [Fact]
    public void Find_NearbyNames_AreTold()
    {
        string[] names = [.. Enumerable.Range(1, 40).SelectMany(length => Enumerable.Range(0, length).Select(at => new string('a', at) + 'b' + new string('a', length - at - 1)))];
        var table = new NodeNameTable(names);

        Assert.All(names.Index(), n => Assert.Equal(n.Index, table.Find(Encoding.UTF8.GetBytes(n.Item))));
        Assert.All(Enumerable.Range(1, 40), length => Assert.Equal(-1, table.Find(Encoding.UTF8.GetBytes(new string('a', length)))));
    }

    // Within a text, what stands behind a name must not matter, nor how much of it there is.
    [Fact]
    public void Find_NameWithinAText_IsThatName()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(length => new string('a', length))];
        var table = new NodeNameTable(names);
        var text = Encoding.UTF8.GetBytes(new string('a', 80));

        for (var start = 0; start <= text.Length; start++)
        {
            for (var length = 0; length <= Math.Min(45, text.Length - start); length++)
            {
                Assert.Equal(length < names.Length ? length : -1, table.Find(text, start, length));
            }
        }
    }

    [Fact]
    public void Find_NamesThatEndInZeroBytes_AreTold()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(zeros => "a" + new string('\0', zeros))];
        var table = new NodeNameTable(names);

        Assert.All(names.Index(), n => Assert.Equal(n.Index, table.Find(Encoding.UTF8.GetBytes(n.Item))));
    }

    [Fact]
    public void Find_NameGivenTwice_IsTheFirst() => Assert.Equal(0, new NodeNameTable(["a", "a"]).Find("a"u8));
}
