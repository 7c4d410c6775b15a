namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>The public face of Core changes only on purpose: the golden text is rewritten with UPDATE_GOLDEN=1, never in CI.</summary>
public sealed class PublicApiTests
{
    private const string Golden = "tests/cases/public-api/core.txt";

    [Fact]
    public void Print_Core_IsTheGoldenText()
    {
        var actual = PublicApi.Print(typeof(Problem).Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "UPDATE_GOLDEN is refused where CI is set: a golden text is changed and read by a person.");
            Directory.CreateDirectory(Path.GetDirectoryName(Repository.PathOf(Golden))!);
            File.WriteAllText(Repository.PathOf(Golden), actual);
        }

        var expected = Repository.Read(Golden).ReplaceLineEndings("\n");

        Assert.True(expected == actual, $"The public face of Core changed:\n{Difference(expected, actual)}\n"
            + $"If that is meant: UPDATE_GOLDEN=1 ./test.sh --project Core --filter FullyQualifiedName~PublicApi, and commit {Golden}.");
    }

    [Fact]
    public void Print_AnyAssembly_WritesWhatItDeclares()
    {
        var text = PublicApi.Print(typeof(Sample).Assembly);

        Assert.Contains("sealed record TopoScheduler.Core.Tests.Architecture.Sample\n", text, StringComparison.Ordinal);
        Assert.Contains("    Sample(string? Name, int Count = 3)\n", text, StringComparison.Ordinal);
        Assert.Contains("    string? Name { get; init; }\n", text, StringComparison.Ordinal);
        Assert.Contains("    required IReadOnlyList<string?> Items { get; init; }\n", text, StringComparison.Ordinal);
        Assert.Contains("    static bool TryFind(string key, out long? found)\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<Clone>$", text, StringComparison.Ordinal);
    }

    // A member's line means nothing without its type's, so each line is compared together with the heading above it.
    private static string Difference(string expected, string actual)
    {
        var (before, after) = (WithHeadings(expected), WithHeadings(actual));
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)));
    }

    private static string[] WithHeadings(string text)
    {
        var heading = "";
        return [.. text.Split('\n').Select(line => line.StartsWith(' ') ? $"{heading}: {line.Trim()}" : heading = line)];
    }
}

/// <summary>Something of everything the printer knows.</summary>
public sealed record Sample(string? Name, int Count = 3)
{
    public required IReadOnlyList<string?> Items { get; init; }

    public static bool TryFind(string key, out long? found)
    {
        found = key.Length;
        return true;
    }
}
