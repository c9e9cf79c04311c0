using System.Reflection;
using System.Xml.Linq;
using Fliqs.Config;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;

namespace Fliqs.Tests.Architecture;

public sealed class PublicTypesTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Libraries = [typeof(NumberFormat).Assembly, typeof(Experiment).Assembly, typeof(Verification).Assembly];

    public static TheoryData<string> Assemblies => [.. Libraries.Select(a => a.GetName().Name!)];

    [Fact]
    public void Classes_are_sealed_abstract_or_static() =>
        Assert.DoesNotContain(Libraries.SelectMany(a => a.GetExportedTypes()), t => t is { IsClass: true, IsSealed: false, IsAbstract: false });

    [Fact]
    public void Interfaces_have_at_most_three_members() => Assert.DoesNotContain(
        Libraries.SelectMany(a => a.GetTypes()),
        t => t.IsInterface && t.GetMembers(Declared).Count(m => m is not MethodInfo { IsSpecialName: true }) > 3);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Everything_public_is_documented(string library)
    {
        var assembly = Libraries.Single(a => a.GetName().Name == library);
        var documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(m => m.HasElements).Select(m => m.Attribute("name")!.Value).ToHashSet();
        var undocumented =
            from type in assembly.GetExportedTypes()
            let name = type.FullName!.Replace('+', '.')
            from id in Members(type).Select(m => Id(name, m)).Prepend($"T:{name}")
                // overloads and generic methods carry their parameters behind the name
            where !documented.Any(d => d == id || d.StartsWith(id + "(", StringComparison.Ordinal) || d.StartsWith(id + "`", StringComparison.Ordinal))
            select id;
        Assert.Empty(undocumented);
    }

    /// <summary>What a person has written and others can use: no accessors, no members of records that the compiler adds.</summary>
    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared)
        .Where(m => m is not Type && !m.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))
        .Where(m => m switch
        {
            ConstructorInfo => false, // those of records and of primary constructors are documented on the type
            MethodInfo method => IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            PropertyInfo property => property.GetAccessors(true).Any(IsVisible)
                && property.GetCustomAttribute<ConfigKeyAttribute>() is null && !IsPositional(type, property),
            FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
            _ => true,
        });

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>Properties that stand in the head of a record are documented as its parameters.</summary>
    private static bool IsPositional(Type type, PropertyInfo property) =>
        type.GetMethod("Deconstruct")?.GetParameters().Any(p => p.Name == property.Name) == true;

    private static string Id(string type, MemberInfo member) => member switch
    {
        MethodInfo => $"M:{type}.{member.Name}",
        PropertyInfo => $"P:{type}.{member.Name}",
        EventInfo => $"E:{type}.{member.Name}",
        _ => $"F:{type}.{member.Name}",
    };
}
