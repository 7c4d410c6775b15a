using System.Text;
using System.Text.Json;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Testing.Fuzz;

namespace TopoScheduler.Server.Tests.Extender.Wire;

public sealed class ExtenderArgsReaderTests
{
    private static readonly NodeNameTable Table = new(ArgsDocument.KnownNames);
    private static readonly int FuzzRuns = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_FUZZ"), out var runs) ? runs : 5_000;

    [Fact]
    public void Read_RandomDocuments_AgreesWithTheNaiveReader()
    {
        var args = new ExtenderArgs();
        for (var seed = 0; seed < 4_000; seed++)
        {
            var document = new ArgsDocument(new(seed)).Make();
            var expected = NaiveArgs.Read(document);

            ExtenderArgsReader.Read(document, Table, args);

            Assert.Equal((expected.Uid, expected.HasNodeObjects), (args.Pod.Uid, args.HasNodeObjects));
            Assert.Equal(expected.Names.Select(name => Array.IndexOf(ArgsDocument.KnownNames, name)), args.Nodes.ToArray());
            Assert.Equal(expected.Objects, args.HasNodeObjects ? Enumerable.Range(0, args.Count).Select(c => Encoding.UTF8.GetString(args.ObjectOf(c))) : []);
        }
    }

    // Names without white space are read many bytes at a time: whatever stands between or within them, at whatever place, is read as one byte at a time would be.
    [Theory]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('\u0001')]
    [InlineData('\\')]
    [InlineData('"')]
    [InlineData(',')]
    [InlineData(']')]
    [InlineData('x')]
    public void Read_OneByteMoreAtAnyPlaceOfAList_IsReadOrRefusedAsByOthers(char more)
    {
        string[] known = [.. Enumerable.Range(0, 40).Select(length => new string('n', length))];
        var table = new NodeNameTable(known);
        var list = $"[{string.Join(',', known.Concat(known.Reverse()).Select(name => $"\"{name}\""))}]";
        var args = new ExtenderArgs();
        var (read, refused) = (0, 0);
        for (var at = 1; at < list.Length; at++)
        {
            var changed = list.Insert(at, more.ToString());
            var expected = NamesOf(changed);
            var body = Encoding.UTF8.GetBytes($"{{\"Pod\":{{}},\"NodeNames\":{changed}}}");
            if (expected is null)
            {
                Assert.Throws<WireException>(() => ExtenderArgsReader.Read(body, table, args));
                refused++;
                continue;
            }

            ExtenderArgsReader.Read(body, table, args);
            Assert.Equal(expected.Select(name => Array.IndexOf(known, name)), args.Nodes.ToArray());
            Assert.Equal(expected, Enumerable.Range(0, args.Count).Select(c => JsonSerializer.Deserialize<string>(args.JsonNameOf(c, table))));
            read++;
        }

        Assert.True(more == 'x' || more == ' ' ? read > 100 : refused > 100, $"{read} read, {refused} refused");
    }

    // Whatever arrives: arguments a writer can answer, or the one exception that becomes 400.
    [Fact]
    public void Read_FuzzedDocuments_AreArgumentsOrTheOneException()
    {
        var random = new Random(20_260_611);
        var mutations = new FuzzMutations(random);
        var args = new ExtenderArgs();
        var (read, refused) = (0, 0);
        for (var run = 0; run < FuzzRuns; run++)
        {
            var body = mutations.Damage(new ArgsDocument(new(run)).Make(), new ArgsDocument(new(run + 1)).Make());
            try
            {
                ExtenderArgsReader.Read(body, Table, args);
                WriterCheck.AnswersAreWellFormed(args, Table, random);
                read++;
            }
            catch (WireException)
            {
                refused++;
            }
        }

        Assert.True(read > FuzzRuns / 10 && refused > FuzzRuns / 10, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Read_FuzzedPreemptionAndBinding_AreArgumentsOrTheOneException()
    {
        var mutations = new FuzzMutations(new(20_260_612));
        byte[][] valid = [.. new[] { "bind", "preempt-uids", "preempt-pods" }.Select(n => RepositoryFiles.Wire($"documented/{n}.request.json"))];
        var refused = 0;
        for (var run = 0; run < FuzzRuns; run++)
        {
            var body = mutations.Damage(valid[run % valid.Length], valid[(run + 1) % valid.Length]);
            try
            {
                if (run % valid.Length == 0) BindingArgs.Read(body);
                else WriterCheck.AnswerIsWellFormed(PreemptionArgsReader.Read(body));
            }
            catch (WireException)
            {
                refused++;
            }
        }

        Assert.True(refused > FuzzRuns / 10);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Pod\":null}")]
    [InlineData("{\"Pod\":[]}")]
    [InlineData("{\"Pod\":{}")]
    [InlineData("{\"Pod\":{},}")]
    [InlineData("{\"Pod\":{} \"NodeNames\":[]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":{}}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[1]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"a\",]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"a\" \"b\"]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[,\"a\"]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"a\"")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"a")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"a\\")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"\\x\"]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"\\ud800\"]}")]
    [InlineData("{\"Pod\":{},\"NodeNames\":[\"a\nb\"]}")]
    [InlineData("{\"Pod\":{},\"Nodes\":[]}")]
    [InlineData("{\"Pod\":{},\"Nodes\":{\"items\":[1]}}")]
    [InlineData("{\"Pod\":{},\"Nodes\":{\"items\":[{\"metadata\":{\"name\":7}}]}}")]
    [InlineData("{\"Pod\":{\"metadata\":{\"uid\":7}}}")]
    [InlineData("{\"Pod\":{},\"x\":nul}")]
    [InlineData("{\"Pod\":{},\"x\":01}")]
    public void Read_Malformed_IsTheOneException(string body) =>
        Assert.Throws<WireException>(() => ExtenderArgsReader.Read(Encoding.UTF8.GetBytes(body), Table, new()));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Read_Nesting_IsBounded(int levels, bool accepted)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"Pod\":{{}},\"x\":{new string('[', levels)}{new string(']', levels)}}}");
        Assert.Equal(accepted, Record.Exception(() => ExtenderArgsReader.Read(body, Table, new())) is null);
        var pod = Encoding.UTF8.GetBytes($"{{\"Pod\":{{\"metadata\":{{\"x\":{new string('[', levels - 2)}{new string(']', levels - 2)}}}}}}}");
        Assert.Equal(accepted, Record.Exception(() => ExtenderArgsReader.Read(pod, Table, new())) is null);
    }

    [Fact]
    public void Read_InvalidUtf8_IsTheOneException() =>
        Assert.Throws<WireException>(() => ExtenderArgsReader.Read((byte[])[.. "{\"Pod\":{},\"NodeNames\":[\""u8, 0xff, .. "\"]}"u8], Table, new()));

    [Theory]
    [InlineData("{\"Pod\":{\"a\":1},\"Nodes\":{\"items\":[{\"meta", true)]
    [InlineData("{\"Pod\":{\"Nodes\":{}},\"NodeNames\":[\"a\",\"b", false)]
    [InlineData("{\"Pod\":{\"a\":\"long", false)]
    [InlineData("{\"Nodes\":null,\"Pod\":{", false)]
    [InlineData("garbage", false)]
    public void CarriesNodeObjects_Beginning_IsTold(string beginning, bool carries) =>
        Assert.Equal(carries, ExtenderArgsReader.CarriesNodeObjects(Encoding.UTF8.GetBytes(beginning)));

    [Fact]
    public void Read_ManyNames_AllocatesNothingForThem()
    {
        string[] names = [.. Enumerable.Range(0, 15_000).Select(i => $"node-{i:D5}")];
        var table = new NodeNameTable(names);
        var body = Encoding.UTF8.GetBytes($"{{\"Pod\":{{\"metadata\":{{\"name\":\"p\"}}}},\"NodeNames\":[{string.Join(',', names.Select(n => $"\"{n}\""))}]}}");
        var args = new ExtenderArgs();
        ExtenderArgsReader.Read(body, table, args);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ExtenderArgsReader.Read(body, table, args);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    private static string[]? NamesOf(string list)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(list);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
