using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pipeline.Architecture.Tests;

/// <summary>That a type names another, in its declaration or in the body of a method.</summary>
internal sealed record Naming(TypeReference Type, TypeReference Named);

/// <summary>A compiled assembly of the pipeline: what its types name, as the compiler understood it.</summary>
internal sealed class Assembly : IDisposable
{
    private readonly AssemblyDefinition _assembly;

    private Assembly(AssemblyDefinition assembly) => _assembly = assembly;

    /// <summary>By the name of its project.</summary>
    public static Assembly Of(string project)
    {
        // The command line is called what people type.
        string file = project == "Pipeline.Local" ? "pipeline" : project;
        return new Assembly(AssemblyDefinition.ReadAssembly(Path.Join(AppContext.BaseDirectory, file + ".dll")));
    }

    public IEnumerable<string> References => _assembly.MainModule.AssemblyReferences.Select(reference => reference.Name);

    /// <summary>What its written types name; what the compiler and generators made is left out.</summary>
    public IEnumerable<Naming> Namings =>
        from type in _assembly.MainModule.GetTypes()
        where !IsGenerated(type)
        from named in NamedBy(type).SelectMany(Parts)
        select new Naming(type, named);

    public void Dispose() => _assembly.Dispose();

    private static bool IsGenerated(TypeDefinition type) =>
        (type.DeclaringType is null && !type.Namespace.StartsWith("Pipeline", StringComparison.Ordinal))
        || type.CustomAttributes.Any(a => a.AttributeType.Name is "GeneratedCodeAttribute")
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static IEnumerable<TypeReference> NamedBy(TypeDefinition type)
    {
        if (type.BaseType is not null)
            yield return type.BaseType;
        foreach (var implemented in type.Interfaces)
            yield return implemented.InterfaceType;
        foreach (var attribute in type.CustomAttributes)
            yield return attribute.AttributeType;
        foreach (var field in type.Fields)
            yield return field.FieldType;
        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var parameter in method.Parameters)
                yield return parameter.ParameterType;
            if (!method.HasBody)
                continue;
            foreach (var variable in method.Body.Variables)
                yield return variable.VariableType;
            foreach (var named in method.Body.Instructions.SelectMany(NamedBy))
                yield return named;
        }
    }

    private static IEnumerable<TypeReference> NamedBy(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        _ => [],
    };

    /// <summary>The types that one is made of: what an array is of, and what stands between the angle brackets.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
