using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FunctionsCrawler.EndToEnd.Tests.Architecture;

/// <summary>Reads from metadata and IL which types of an assembly use which others; the symbols provide the files.</summary>
internal sealed class CompiledTypes : IDisposable
{
    private readonly ModuleDefinition _module;

    public CompiledTypes(string path) =>
        _module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadSymbols = true });

    /// <summary>All uses of one type of the assembly by another. Nested types count as their outermost type.</summary>
    public IEnumerable<TypeUse> FindUses()
    {
        // Skips the helper types of source generators, which have no namespace or special names.
        foreach (
            var type in _module.Types.Where(t =>
                t.Namespace.Length > 0 && !t.Name.Contains('<', StringComparison.Ordinal)
            )
        )
        {
            var file = FileOf(type);
            foreach (var used in UsedBy(type).Where(u => u != type).Distinct())
                yield return new TypeUse(type.Namespace, type.Name, file, used.Namespace, used.Name);
        }
    }

    /// <summary>The members that the code of a type calls or reads, with their declaring types: "System.DateTime::get_Now".</summary>
    public IEnumerable<(string Method, string Member)> FindCalls(string typeName) =>
        from method in WithNested(_module.Types.Single(t => t.FullName == typeName)).SelectMany(t => t.Methods)
        where method.HasBody
        from instruction in method.Body.Instructions
        let member = instruction.Operand as MemberReference
        where member is MethodReference or FieldReference
        select (method.FullName, $"{member.DeclaringType.GetElementType().FullName}::{member.Name}");

    public void Dispose() => _module.Dispose();

    private static string FileOf(TypeDefinition type) =>
        WithNested(type)
            .SelectMany(t => t.Methods)
            .Where(m => m.DebugInformation.HasSequencePoints)
            .Select(m => m.DebugInformation.SequencePoints[0].Document.Url)
            .FirstOrDefault(url => !url.Contains("/obj/", StringComparison.Ordinal))
        ?? "";

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) =>
        type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private IEnumerable<TypeDefinition> UsedBy(TypeDefinition type) =>
        WithNested(type).SelectMany(References).SelectMany(Flatten).Select(OutermostHere).OfType<TypeDefinition>();

    private static IEnumerable<TypeReference> References(TypeDefinition type)
    {
        IEnumerable<TypeReference?> all =
        [
            type.BaseType,
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. type.Fields.Select(f => f.FieldType),
            .. type.Properties.Select(p => p.PropertyType),
            .. type.Events.Select(e => e.EventType),
            .. Attributes(type),
            .. type.Fields.SelectMany(Attributes),
            .. type.Properties.SelectMany(Attributes),
            .. type.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
            .. type.Methods.SelectMany(References),
        ];
        return all.OfType<TypeReference>();
    }

    private static IEnumerable<TypeReference> References(MethodDefinition method) =>
        [
            method.ReturnType,
            .. method.Parameters.Select(p => p.ParameterType),
            .. method.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
            .. Attributes(method),
            .. method.HasBody ? References(method.Body) : [],
        ];

    private static IEnumerable<TypeReference> References(MethodBody body) =>
        [
            .. body.Variables.Select(v => v.VariableType),
            .. body.ExceptionHandlers.Select(h => h.CatchType).Where(t => t is not null),
            .. body.Instructions.Select(i => i.Operand).OfType<TypeReference>(),
            .. body
                .Instructions.Select(i => i.Operand)
                .OfType<MemberReference>()
                .Where(m => m is not TypeReference)
                .SelectMany(References),
        ];

    private static IEnumerable<TypeReference> References(MemberReference member) =>
        member switch
        {
            GenericInstanceMethod generic => [.. generic.GenericArguments, .. References(generic.ElementMethod)],
            MethodReference method =>
            [
                method.DeclaringType,
                method.ReturnType,
                .. method.Parameters.Select(p => p.ParameterType),
            ],
            FieldReference field => [field.DeclaringType, field.FieldType],
            _ => [],
        };

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(a =>
            a.ConstructorArguments.Select(c => c.Value).OfType<TypeReference>().Prepend(a.AttributeType)
        );

    private static IEnumerable<TypeReference> Flatten(TypeReference type) =>
        type switch
        {
            GenericInstanceType generic => generic
                .GenericArguments.SelectMany(Flatten)
                .Concat(Flatten(generic.ElementType)),
            TypeSpecification specification => Flatten(specification.ElementType),
            _ => [type],
        };

    private TypeDefinition? OutermostHere(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Scope == _module ? type.Resolve() : null;
    }
}

/// <summary>One type uses another.</summary>
internal sealed record TypeUse(string Namespace, string Type, string File, string UsedNamespace, string UsedType);
