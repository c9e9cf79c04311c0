using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Tests.Storage;

namespace Fliqs.Tests.Report;

public sealed class BlockChartTests
{
    private static readonly BlockResult[] Blocks =
    [
        new("stage1.block1", 5, 1, 16, 1, ["INT8", "INT4/INT2"], 1_500_000, 0.0005, 0.25),
        new("stage2.block1", null, null, null, null, [], 0, 0, 0),
        new("stage3.block1", 3, 6, 32, 2, ["INT2", "INT4", "BF16"], 2_000_000, 0.0015, 0.75),
    ];

    [Fact]
    public void Every_block_has_a_row_with_what_was_decided_of_it()
    {
        using var root = new TemporaryFolder();
        var chart = BlockChart.Of(RunResult.Load(ExampleRun.Create(root["run"], r => r with { Blocks = Blocks })))!;

        Assert.Equal(
            ["stage1.block1: 5x5, x1, 25.0 % INT8 INT4/INT2", "stage2.block1: skipped", "stage3.block1: 3x3, x6, stride 2, 75.0 % INT2 INT4 BF16"],
            chart.Marks.Select(m => m.Text));
        Assert.Equal("2 of 3 blocks are in use. The dearest, stage3.block1, has 75.0 % of the cost.", chart.Description);
        Assert.Equal(["stage1.block1", "INT8 INT4/INT2", "5", "1", "16", "1", "1.500", "0.5000", "25.0"], chart.Data!.Rows[0]);
        Assert.All(chart.Data.Rows, row => Assert.Equal(chart.Data.Columns.Count, row.Count));
        Assert.Contains("stage2.block1: skipped", SvgDrawing.Document(chart), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_was_given_has_none()
    {
        using var root = new TemporaryFolder();
        Assert.Null(BlockChart.Of(RunResult.Load(ExampleRun.Create(root["run"], r => r))));
    }
}
