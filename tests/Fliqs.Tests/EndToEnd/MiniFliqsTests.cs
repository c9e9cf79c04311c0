namespace Fliqs.Tests.EndToEnd;

public sealed class MiniFliqsTests
{
    [Fact]
    public void A_whole_run_keeps_the_budget_and_learns_the_task()
    {
        var rows = MiniFliqs.Program.Compare(seed: 1, steps: 1500);

        Assert.Equal(["float", "INT3 everywhere", "FLIQS"], rows.Select(row => row.Name));
        var (uniform, searched) = (rows[1], rows[2]);
        Assert.InRange(searched.Cost!.Value, 0.1, uniform.Cost!.Value);
        Assert.Equal(5, searched.LayerBits.Length);
        Assert.All(searched.LayerBits, bits => Assert.InRange(bits, 2, 8));
        Assert.NotEqual(uniform.LayerBits, searched.LayerBits);
        Assert.All(rows, row => Assert.InRange(row.Accuracy, 0.85, 1));    // guessing tells 0.33 right
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_policy_that_has_hardly_learnt_still_keeps_the_budget_and_repeats_by_seed(int seed)
    {
        var first = MiniFliqs.Program.Compare(seed, steps: 40);
        var second = MiniFliqs.Program.Compare(seed, steps: 40);

        Assert.InRange(first[2].Cost!.Value, 0.1, 1);
        Assert.Equal(first.Select(row => row.Accuracy), second.Select(row => row.Accuracy));
        Assert.Equal(first[2].LayerBits, second[2].LayerBits);
        Assert.NotEqual(first.Select(row => row.Accuracy), MiniFliqs.Program.Compare(seed + 10, 40).Select(row => row.Accuracy));
    }
}
