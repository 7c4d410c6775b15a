using System.Text;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Tests.Extender.Wire;

public sealed class ResultWriterTests
{
    // More names than are given room together, strangers in every place among them, names of every length.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(1000)]
    public void Write_ManyNames_SaysWhatWasDecided(int strangerEvery)
    {
        string[] known = [.. Enumerable.Range(0, 600).Select(i => $"{new string('n', i % 240)}-{i}")];
        var names = known.SelectMany((name, i) => strangerEvery > 0 && i % strangerEvery == 0 ? [$"stranger-{i}", name] : new[] { name });
        var table = new NodeNameTable(known);
        var body = Encoding.UTF8.GetBytes($"{{\"Pod\":{{}},\"NodeNames\":[{string.Join(',', names.Select(name => $"\"{name}\""))}]}}");
        var args = new ExtenderArgs();
        ExtenderArgsReader.Read(body, table, args);

        WriterCheck.AnswersAreWellFormed(args, table, new(strangerEvery));
    }
}
