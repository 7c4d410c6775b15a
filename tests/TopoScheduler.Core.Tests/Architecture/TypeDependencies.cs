using System.Reflection;
using System.Reflection.Emit;

namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>
/// Which types a type depends on, read from the compiled assembly: bases, members, attributes' places, local variables, and every type,
/// method and field its code names. Source text would miss a type that is only ever <c>var</c>, or named from a parent namespace.
/// </summary>
internal static class TypeDependencies
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>All types that <paramref name="type"/> names, itself included; element and argument types taken apart.</summary>
    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        AddAll(found, type.GetInterfaces());
        foreach (var member in type.GetMembers(Declared))
        {
            AddMember(found, member);
        }

        return found;
    }

    private static void AddMember(HashSet<Type> found, MemberInfo? member)
    {
        switch (member)
        {
            case FieldInfo field: Add(found, field.FieldType); break;
            case PropertyInfo property: Add(found, property.PropertyType); break;
            case EventInfo @event: Add(found, @event.EventHandlerType); break;
            case MethodBase method: AddSignature(found, method); AddBody(found, method); break;
        }
    }

    private static void AddSignature(HashSet<Type> found, MethodBase method)
    {
        AddAll(found, method.GetParameters().Select(p => p.ParameterType));
        if (method is MethodInfo info)
        {
            Add(found, info.ReturnType);
        }
    }

    private static void AddBody(HashSet<Type> found, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }

        AddAll(found, body.LocalVariables.Select(v => v.LocalType));
        foreach (var token in TokensIn(body.GetILAsByteArray()!))
        {
            var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
            var named = method.Module.ResolveMember(token, typeArguments, method.IsGenericMethod ? method.GetGenericArguments() : null);
            Add(found, named as Type ?? named?.DeclaringType);
            switch (named)
            {
                case FieldInfo field: Add(found, field.FieldType); break;
                case MethodBase called:
                    AddSignature(found, called);
                    AddAll(found, called.IsGenericMethod ? called.GetGenericArguments() : []);
                    break;
            }
        }
    }

    // Walks the instructions and yields the metadata tokens of those that name a type, a method or a field.
    private static IEnumerable<int> TokensIn(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var value = il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at];
            var code = OpCodesByValue[value];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BitConverter.ToInt32(il, at);
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static void AddAll(HashSet<Type> found, IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            Add(found, type);
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(found, type.GetElementType());
        }
        else if (type.IsConstructedGenericType)
        {
            Add(found, type.GetGenericTypeDefinition());
            AddAll(found, type.GetGenericArguments());
        }
        else
        {
            found.Add(type);
        }
    }
}
