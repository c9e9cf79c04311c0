using Fliqs.Config;
using Fliqs.Cost;

namespace Fliqs.Tests.Config;

/// <summary>Every file in configs/ can be read, and asks for something that exists.</summary>
public sealed class ShippedConfigsTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.yaml").Select(f => Path.GetFileName(f)!)];

    [Theory, MemberData(nameof(Files))]
    public void It_describes_a_search_that_could_start(string file)
    {
        var config = RunDefaults.Resolve(ConfigFile.Read([Path.Combine(Folder(), file)], []));
        using var model = ConfiguredModel.Create(config);
        var space = ConfiguredSpace.Create(config, model);
        var cost = CostModels.Parse(config.Cost);
        var budget = new Budget(new CostTable(cost, space, model.Shapes), CostTarget.Parse(config.Target).Resolve(cost, model.Shapes));
        Assert.InRange(budget.Limit, budget.Table.Minimum, budget.Table.Maximum);
        Assert.Contains(file, File.ReadAllText(Path.Combine(Folder(), file)), StringComparison.Ordinal);
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fliqs.slnx")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "configs");
    }
}
