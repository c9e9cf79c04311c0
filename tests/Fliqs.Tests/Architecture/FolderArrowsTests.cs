using ArchUnitNET.Loader;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;

namespace Fliqs.Tests.Architecture;

/// <summary>The arrows between the folders of the sources. What is absent here is forbidden.</summary>
public sealed class FolderArrowsTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Numerics"] = [],
        ["Storage"] = [],
        ["Graphs"] = [],
        ["Space"] = ["Numerics"],
        ["Cost"] = ["Space", "Numerics", "Storage"],
        ["Policy"] = ["Space", "Numerics"],
        ["Data"] = ["Numerics"],
        ["Quantization"] = ["Numerics", "Space", "Graphs"],
        ["Models.Layers"] = ["Quantization", "Numerics", "Graphs"],
        ["Models.Residual"] = ["Models.Layers", "Quantization", "Graphs"],
        ["Models.Mobile"] = ["Models.Layers", "Quantization", "Graphs"],
        ["Models.Inception"] = ["Models.Layers", "Quantization", "Graphs"],
        ["Models.Transformers"] = ["Models.Layers", "Quantization", "Numerics", "Graphs"],
        ["Models"] =
            ["Models.Residual", "Models.Mobile", "Models.Inception", "Models.Transformers", "Models.Layers", "Quantization", "Numerics", "Space"],
        ["Supernets"] = ["Models", "Models.Mobile", "Models.Layers", "Quantization", "Space", "Numerics"],
        ["Export"] = ["Models", "Quantization", "Graphs", "Data", "Space", "Numerics", "Storage"],
        ["OnnxRuntime"] = ["Export", "Graphs", "Cost", "Space", "Models", "Quantization", "Data", "Numerics"],
        ["Training"] = ["Data", "Models", "Quantization", "Numerics"],
        ["Search"] = ["Training", "Models", "Data", "Cost", "Policy", "Space", "Quantization", "Numerics", "Storage"],
        ["Search.Baselines"] = ["Search", "Training", "Models", "Data", "Cost", "Policy", "Space", "Quantization", "Numerics", "Storage"],
        ["Results"] = ["Search", "Models.Mobile", "Models", "Cost", "Space", "Numerics", "Storage"],
        ["Config"] =
            ["Results", "Search.Baselines", "Search", "Training", "Supernets", "Models.Mobile", "Models", "Data", "Cost", "Policy", "Space", "Quantization", "Numerics", "Storage", "Export"],
        ["Report"] = ["Comparison", "Config", "Results", "Search", "Cost", "Numerics", "Storage"],
        ["Comparison"] = ["Config", "Results", "Search", "Models", "Cost", "Space", "Numerics", "Storage"],
    };

    /// <summary>In the root namespace: what any folder may throw, and what ties the folders together.</summary>
    private const string Exception = "Fliqs.InputException";

    private static readonly ArchUnitNET.Domain.Architecture Solution = new ArchLoader()
        .LoadAssemblies(typeof(NumberFormat).Assembly, typeof(Experiment).Assembly, typeof(Verification).Assembly, typeof(Cli.CommandLine).Assembly)
        .Build();

    [Fact]
    public void Every_folder_depends_only_on_those_it_may()
    {
        var forbidden = from type in Solution.Types
                        let source = FolderOf(type.Namespace?.FullName)
                        where source is not null and not "" and not "Cli"
                        from used in type.Dependencies.Select(d => d.Target).Distinct()
                        let target = FolderOf(used.Namespace?.FullName)
                        where target is not null && target != source && used.FullName != Exception && !Allowed(source).Contains(target)
                        orderby source, target
                        select $"{source} -> {target}: {type.FullName} uses {used.FullName}";
        Assert.Empty(forbidden);
    }

    [Fact]
    public void Numerics_needs_nothing_but_the_base_class_library() =>
        Assert.All(typeof(NumberFormat).Assembly.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name));

    [Fact]
    public void Every_folder_is_in_the_plan_and_every_arrow_of_the_plan_leads_somewhere()
    {
        var folders = Solution.Types.Select(t => FolderOf(t.Namespace?.FullName)).OfType<string>().Where(f => f is not "" and not "Cli").ToHashSet();
        Assert.Equal(Arrows.Keys.Order(), folders.Order());
        Assert.Subset(Arrows.Keys.ToHashSet(), Arrows.Values.SelectMany(a => a).ToHashSet());
    }

    [Fact]
    public void The_plan_has_no_cycle()
    {
        var settled = new HashSet<string>();
        while (Arrows.FirstOrDefault(a => !settled.Contains(a.Key) && a.Value.All(settled.Contains)) is { Key: { } next })
            settled.Add(next);
        Assert.Equal(Arrows.Count, settled.Count);
    }

    private static string[] Allowed(string folder) => Arrows.GetValueOrDefault(folder, []);

    /// <summary>The folder of a namespace of ours: its name after <c>Fliqs</c>; null for those of others.</summary>
    private static string? FolderOf(string? name) =>
        name == "Fliqs" ? "" : name?.StartsWith("Fliqs.", StringComparison.Ordinal) == true ? name["Fliqs.".Length..] : null;
}
