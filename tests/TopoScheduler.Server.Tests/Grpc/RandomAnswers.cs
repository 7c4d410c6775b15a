using System.Collections.Immutable;
using System.Reflection;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>Answers, and parts of them, with anything in them that their types allow.</summary>
internal sealed class RandomAnswers(Random dice)
{
    private const int Deepest = 5;
    private static readonly string[] Texts = ["", "rack/r7", "job/ml/llama", "\"quoted\" <b> & 'é' → 網 🙂", "line\nbreak\ttab\\", "null", "0", "a/b:c", new string('x', 300)];
    private static readonly double[] Numbers = [0, -0.0, 1, 0.1, 1e-7, 9200, 123456.789, 1e14, 1.5e300, 5e-324, -3.25, 1.0 / 3];

    /// <summary>One.</summary>
    public object Of(Type type, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner, depth);
        if (type == typeof(string)) return Texts[dice.Next(Texts.Length)];
        if (type == typeof(bool)) return dice.Next(2) == 0;
        if (type == typeof(int)) return dice.Next(4) switch { 0 => 0, 1 => int.MaxValue, 2 => int.MinValue, _ => dice.Next(100_000) };
        // Counts of 64 bits fit 32, watts are far from what a double cannot hold.
        if (type == typeof(long)) return (long)dice.Next(int.MinValue, int.MaxValue);
        if (type == typeof(double)) return dice.Next(3) == 0 ? dice.NextDouble() * Math.Pow(10, dice.Next(-20, 14)) : Numbers[dice.Next(Numbers.Length)];
        if (type.IsEnum) return Enum.GetValues(type).GetValue(dice.Next(Enum.GetValues(type).Length))!;
        return AnswerPairs.IsList(type) ? List(type.GetGenericArguments()[0], depth) : AnswerPairs.IsMap(type) ? Map(type.GetGenericArguments()[1], depth) : Record(type, depth);
    }

    // Lists of what is not written are left empty.
    private object List(Type item, int depth)
    {
        var length = depth >= Deepest || (AnswerPairs.IsObject(item) && AnswerPairs.All.All(p => p.Answer != item)) ? 0 : dice.Next(4);
        var items = Array.CreateInstance(item, length);
        for (var i = 0; i < length; i++) items.SetValue(Of(item, depth + 1), i);
        return typeof(System.Runtime.InteropServices.ImmutableCollectionsMarshal).GetMethod("AsImmutableArray")!.MakeGenericMethod(item).Invoke(null, [items])!;
    }

    private ImmutableSortedDictionary<string, double> Map(Type value, int depth)
    {
        Assert.Equal(typeof(double), value);
        return Texts.Take(dice.Next(Texts.Length)).ToImmutableSortedDictionary(t => t, _ => (double)Of(value, depth), StringComparer.Ordinal);
    }

    private object Record(Type type, int depth)
    {
        var make = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First(c => c.GetParameters() is not [var only] || only.ParameterType != type);
        var nullability = new NullabilityInfoContext();
        var made = make.Invoke([.. make.GetParameters().Select(p => MayMiss(nullability.Create(p)) && Misses(depth) ? null : Of(p.ParameterType, depth + 1))]);
        var given = make.GetParameters().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties().Where(p => p.CanWrite && !given.Contains(p.Name)))
        {
            property.SetValue(made, MayMiss(nullability.Create(property)) && Misses(depth) ? null : Of(property.PropertyType, depth + 1));
        }

        return made;
    }

    private bool Misses(int depth) => depth >= Deepest || dice.Next(2) == 0;

    private static bool MayMiss(NullabilityInfo info) => info.WriteState == NullabilityState.Nullable || info.ReadState == NullabilityState.Nullable;
}
