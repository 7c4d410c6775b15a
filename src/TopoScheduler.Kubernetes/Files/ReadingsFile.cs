using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// Reads a file of measured watts, JSON or YAML:
/// <c>{"readings": [{"kind": "rack", "name": "r7", "watts": 31250.5, "at": "2026-11-26T10:00:00Z"}]}</c>.
/// </summary>
public static class ReadingsFile
{
    private static readonly string[] Keys = ["kind", "name", "watts", "at"];

    /// <summary>The readings of a file, and what is wrong with the others.</summary>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="standardInput">What <c>-</c> means.</param>
    /// <exception cref="InputException">It cannot be read, or is no list of readings.</exception>
    public static (ImmutableArray<PowerReading> Readings, ImmutableArray<Problem> Problems) Read(string path, Stream? standardInput = null) =>
        Read(ObjectSource.Read(path, standardInput, InputLimits.Default), ObjectSource.NameOf(path));

    internal static (ImmutableArray<PowerReading> Readings, ImmutableArray<Problem> Problems) Read(IEnumerable<FoundObject> objects, string source)
    {
        var trees = objects.Select(found => found.Tree).Where(tree => tree.Kind != TreeKind.Null).Take(2).ToList();
        if (trees is not [{ Kind: TreeKind.Map } tree] || tree["readings"].Kind != TreeKind.List)
        {
            throw new InputException($"{source}: is no list of readings, expected {{\"readings\": [{{\"kind\": \"rack\", \"name\": \"r7\", \"watts\": 31250.5, \"at\": \"2026-11-26T10:00:00Z\"}}]}}.");
        }

        var problems = new ObjectProblems(source);
        var readings = ImmutableArray.CreateBuilder<PowerReading>();
        foreach (var item in Field.Root(tree, problems).Items("readings"))
        {
            if (Read(item) is { } reading) readings.Add(reading);
        }

        return (readings.ToImmutable(), problems.ToImmutable());
    }

    private static PowerReading? Read(Field item)
    {
        if (item.Tree.Kind != TreeKind.Map)
        {
            item.Wrong($"an object with {string.Join(", ", Keys)}");
            return null;
        }

        // A key that nobody reads may be a misspelt one that somebody should.
        foreach (var (key, _) in item.Tree.Entries)
        {
            if (!Keys.Contains(key)) item[key].Wrong($"{string.Join(", ", Keys)} and no other key");
        }

        var kind = ReadingKinds.Of(item["kind"].Tree.Text);
        if (kind is null) item["kind"].Wrong($"one of {string.Join(", ", ReadingKinds.Words)}");
        var name = item["name"].Tree.Text;
        if (name.Length == 0) item["name"].Wrong("the name of a node or a power domain");
        var isNumber = double.TryParse(item["watts"].Tree.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var watts) && double.IsFinite(watts);
        if (!isNumber) item["watts"].Wrong("a number");
        var at = MomentText.Read(item["at"].Tree.Text);
        if (at is null) item["at"].Wrong(MomentText.Expected);
        return kind is { } of && name.Length > 0 && isNumber && at is { } moment ? new(of, name, watts, moment) : null;
    }
}
