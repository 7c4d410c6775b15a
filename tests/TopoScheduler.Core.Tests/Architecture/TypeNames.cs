using System.Reflection;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>Types as C# writes them: <c>ImmutableArray&lt;string?&gt;</c>, <c>int?</c>, <c>(string, long)[]</c> as <c>ValueTuple</c>.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>With its namespace.</summary>
    public static string Full(Type type) => $"{type.Namespace}.{Of(type)}";

    /// <summary>Without namespaces and nullability.</summary>
    public static string Of(Type type) => Write(type, null);

    /// <summary>Without namespaces, with nullability.</summary>
    public static string Of(NullabilityInfo info) => Write(info.Type, info);

    private static string Write(Type type, NullabilityInfo? info)
    {
        if (type.IsByRef) return Write(type.GetElementType()!, info);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Write(underlying, null) + "?";
        var mark = info is { ReadState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (type.IsArray) return Write(type.GetElementType()!, info?.ElementType) + "[]" + mark;
        return Simple(type, info) + mark;
    }

    private static string Simple(Type type, NullabilityInfo? info)
    {
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        var outer = type.IsNested && !type.IsGenericParameter ? Of(type.DeclaringType!) + "." : "";
        var name = outer + type.Name.Split('`')[0];
        if (!type.IsGenericType) return name;
        var arguments = type.GetGenericArguments();
        var known = info?.GenericTypeArguments.Length == arguments.Length ? info.GenericTypeArguments : null;
        return $"{name}<{string.Join(", ", arguments.Select((a, i) => Write(a, known?[i])))}>";
    }
}
