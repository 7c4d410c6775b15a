using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>
/// The public types and members of an assembly as text: one line each, in ordinal order, close to C#. What the compiler adds to every record
/// is left out, so a line that changes is a decision somebody made.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>The whole text, ending in a line feed.</summary>
    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(TypeNames.Full, StringComparer.Ordinal))
        {
            text.Append(Heading(type)).Append('\n');
            foreach (var line in type.GetMembers(Declared).Where(IsWritten).Select(m => Line(m, type)).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Heading(Type type)
    {
        var bases = type.GetInterfaces().Where(i => !IsFromRecord(i, type) && !IsInherited(i, type)).Select(i => TypeNames.Of(i)).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            bases.Insert(0, TypeNames.Of(parent));
        }

        var suffix = bases.Count == 0 || type.IsEnum ? "" : " : " + string.Join(", ", bases);
        return $"{Keyword(type)} {TypeNames.Full(type)}{suffix}";
    }

    private static string Keyword(Type type)
    {
        if (type.IsEnum) return "enum";
        if (type.IsInterface) return "interface";
        var readOnly = type.GetCustomAttribute<IsReadOnlyAttribute>() is null ? "" : "readonly ";
        if (type.IsValueType) return IsRecord(type) ? readOnly + "record struct" : readOnly + "struct";
        if (type.IsAbstract && type.IsSealed) return "static class";
        var open = type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "";
        return open + (IsRecord(type) ? "record" : "class");
    }

    // Every record has a compiler-made PrintMembers, whatever kind it is.
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared, [typeof(StringBuilder)]) is not null;

    private static bool IsFromRecord(Type implemented, Type type) =>
        IsRecord(type) && implemented == typeof(IEquatable<>).MakeGenericType(type);

    private static bool IsInherited(Type implemented, Type type) =>
        (type.IsEnum && implemented.Namespace == "System") || (implemented == typeof(IEnumerable) && type.GetInterfaces().Any(i => i.Name == "IEnumerable`1"))
        || type.BaseType?.GetInterfaces().Contains(implemented) == true;

    private static bool IsWritten(MemberInfo member) => member switch
    {
        MethodInfo method => IsVisible(method) && !IsMadeByCompiler(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
        ConstructorInfo constructor => IsVisible(constructor) && !IsMadeByCompiler(constructor) && !constructor.IsStatic,
        PropertyInfo property => property.GetAccessors(true).Any(IsVisible) && property.Name != "EqualityContract",
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        _ => false,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsMadeByCompiler(MethodBase method) =>
        method.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || method.Name.StartsWith('<');

    private static string Line(MemberInfo member, Type owner) => member switch
    {
        FieldInfo field when owner.IsEnum => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo field => $"{FieldKeyword(field)}{TypeNames.Of(new NullabilityInfoContext().Create(field))} {field.Name}",
        PropertyInfo property => Property(property),
        ConstructorInfo constructor => $"{owner.Name.Split('`')[0]}({Parameters(constructor)})",
        MethodInfo method => Method(method),
        _ => throw new InvalidOperationException($"{member} is no member this test knows."),
    };

    private static string FieldKeyword(FieldInfo field) => field.IsLiteral ? "const " : field.IsStatic ? "static " : "";

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsVisible).Select(a => a == property.GetMethod ? "get;" : IsInit(a) ? "init;" : "set;");
        var modifiers = (property.GetAccessors(true)[0].IsStatic ? "static " : "") + (property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ");
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        return $"{modifiers}{TypeNames.Of(new NullabilityInfoContext().Create(property))} {name} {{ {string.Join(' ', accessors)} }}";
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Method(MethodInfo method)
    {
        var arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        var returned = TypeNames.Of(new NullabilityInfoContext().Create(method.ReturnParameter));
        return $"{(method.IsStatic ? "static " : "")}{returned} {method.Name}{arguments}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var direction = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : "";
        var many = parameter.GetCustomAttribute<ParamArrayAttribute>() is null ? "" : "params ";
        var missing = parameter.HasDefaultValue ? " = " + Literal(parameter.DefaultValue) : "";
        return $"{direction}{many}{TypeNames.Of(new NullabilityInfoContext().Create(parameter))} {parameter.Name}{missing}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
