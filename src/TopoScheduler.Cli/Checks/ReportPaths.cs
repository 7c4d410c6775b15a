using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Checks;

/// <summary>What paths a report can have, told by the properties of <see cref="PlacementReport"/> and of what is within it.</summary>
internal static class ReportPaths
{
    private const int MostNames = 5;

    /// <summary>Null when the path leads somewhere, and then to what; else what is wrong with it.</summary>
    public static string? Check(IReadOnlyList<PathStep> path, out ValueKind kind)
    {
        var at = typeof(PlacementReport);
        kind = new(at);
        for (var i = 0; i < path.Count; i++)
        {
            var item = ItemOf(at);
            if (path[i].Index is not null)
            {
                if (item is null) return $"\"{Shown(path, i)}\" is no list, expected it without \"[{path[i].Index}]\"";
                at = item;
                continue;
            }

            if (item is not null && path[i].Name == PathStep.Length && i == path.Count - 1)
            {
                at = typeof(int);
                continue;
            }

            at = item ?? at;
            if (ValueOf(at) is { } value)
            {
                at = value;
                continue;
            }

            if (Properties(at).FirstOrDefault(p => p.Name == path[i].Name) is not { Type: { } next }) return Unknown(path, i, at);
            at = next;
        }

        kind = new(at);
        return null;
    }

    private static string Unknown(IReadOnlyList<PathStep> path, int step, Type at)
    {
        string[] names = [.. Properties(at).Select(p => p.Name).Order(StringComparer.Ordinal)];
        var where = step == 0 ? "a report" : $"\"{Shown(path, step)}\"";
        if (names.Length == 0) return $"{where} has nothing within it, expected it without \".{path[step].Name}\"";
        var near = names.OrderBy(n => EditDistance.Of(n.ToUpperInvariant(), path[step].Name!.ToUpperInvariant())).ThenBy(n => n, StringComparer.Ordinal).Take(MostNames);
        return $"{where} has no \"{path[step].Name}\"; near it are {string.Join(", ", near)}";
    }

    private static string Shown(IReadOnlyList<PathStep> path, int end) =>
        string.Concat(path.Take(end).Select((p, i) => p.Name is { } name ? i == 0 ? name : $".{name}" : $"[{p.Index}]"));

    private static IEnumerable<(string Name, Type Type)> Properties(Type type) => IsLeaf(type) || ItemOf(type) is not null
        ? []
        : type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .Select(p => (p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(p.Name), Bare(p.PropertyType)));

    private static bool IsLeaf(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(DateTimeOffset);

    private static Type? ItemOf(Type type) =>
        type != typeof(string) && type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments() is [var item] ? Bare(item) : null;

    // A map has any key.
    private static Type? ValueOf(Type type) =>
        type.IsGenericType && type.IsAssignableTo(typeof(IDictionary)) && type.GetGenericArguments() is [var key, var value] && key == typeof(string) ? Bare(value) : null;

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
