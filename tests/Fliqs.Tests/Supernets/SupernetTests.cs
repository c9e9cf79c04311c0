using Fliqs.Cost;
using Fliqs.Models;
using Fliqs.Models.Mobile;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Supernets;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Supernets;

public sealed class SupernetTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(MobileBlockKind.Mobilenet, 200)]
    [InlineData(MobileBlockKind.Efficientnet, 50)]
    public void Random_choices_taken_out_give_the_same_outputs_and_cost_what_the_table_says(MobileBlockKind block, int count)
    {
        var supernet = TestSpaces.Create(TestSpaces.Small(block));
        var space = supernet.Space(NamedSpaces.Parse("INT2,INT4,E4M3,FP32"), activations: ActivationMode.Separate);
        var tables = CostModels.All.Select(m => (Model: m, Table: new CostTable(m, space, supernet.Model.Shapes))).ToList();
        var (random, x) = (new RandomStream(7), Tensors.Normal(1, 5, 1, TestSpaces.Size, TestSpaces.Size));
        for (var i = 0; i < count; i++)
        {
            using var inner = NewDisposeScope();
            var assignment = TestSpaces.Draw(space, random);
            supernet.Model.Apply(space, assignment);
            supernet.Model.Network.train();
            supernet.Model.Network.forward(x);      // running statistics of their own
            supernet.Model.Network.eval();
            using var plain = supernet.Materialise(space, assignment);

            var (expected, actual) = (supernet.Model.Network.forward(x), plain.Network.forward(x));

            Assert.True(expected.allclose(actual, 1e-5, 1e-5), $"{assignment}: {(expected - actual).abs().max().item<float>()}");
            Assert.Equal(supernet.Model.Shapes.Select(s => (s.Macs, s.Weights)), plain.Shapes.Select(s => (s.Macs, s.Weights)));
            foreach (var (model, table) in tables)
                Assert.Equal(1, table.Of(assignment) / NetworkCost.Of(model, plain.Shapes, plain.Formats), 1e-12);
        }
    }

    /// <summary>So a run that goes on from a checkpoint, in whatever architecture, has batches of the same size.</summary>
    [Fact]
    public void Samples_at_once_are_those_of_the_largest_network_whatever_is_in_use()
    {
        var supernet = TestSpaces.Create(TestSpaces.Small());
        var (space, random, most) = (supernet.Space([NumberFormat.Fp32]), new RandomStream(3), supernet.Model.SamplesAtOnce(int.MaxValue));
        Assert.InRange(most, 2, int.MaxValue - 1);
        for (var i = 0; i < 20; i++)
        {
            supernet.Model.Apply(space, TestSpaces.Draw(space, random));
            Assert.Equal(most, supernet.Model.SamplesAtOnce(int.MaxValue));
            supernet.Model.Network.forward(Tensors.Normal(1, 2, 1, TestSpaces.Size, TestSpaces.Size));
        }
    }

    [Theory]
    [InlineData(MobileBlockKind.Mobilenet)]
    [InlineData(MobileBlockKind.Efficientnet)]
    public void All_networks_of_a_space_begin_as_the_same_function(MobileBlockKind block)
    {
        var stages = TestSpaces.Small(block);
        // No block is the first of its stage and added to its input, which depends on the filters on both sides.
        var supernet = TestSpaces.Create(stages with { Stages = [.. stages.Stages.Select(s => s with { Stride = 2 })] });
        var space = supernet.Space([NumberFormat.Fp32]);
        var (random, x) = (new RandomStream(5), Tensors.Normal(1, 8, 1, TestSpaces.Size, TestSpaces.Size));
        var expected = Begin(space.Uniform(0));
        for (var i = 0; i < 20; i++)
            Assert.True(expected.allclose(Begin(TestSpaces.Draw(space, random)), 1e-4, 1e-6));
        Assert.True(expected.std(0).min().item<float>() > 1e-3);     // images differ

        Tensor Begin(Assignment assignment)
        {
            supernet.Model.Apply(space, assignment);
            foreach (var count in supernet.Model.Network.buffers().Where(b => b.dtype == ScalarType.Int64))
                count.zero_();      // draws the same dropout
            return supernet.Model.Network.forward(x);
        }
    }

    [Theory]
    [InlineData("mobilenet_v2")]
    [InlineData("efficientnet_b0")]
    public void The_first_option_of_everything_is_the_network_that_a_space_is_built_around(string name)
    {
        var blocks = ModelCatalog.MobileBlocks(name)!;
        var supernet = new Supernet((blocks.Searched() with { Width = 0.25 }).ForSmallImages(), 1, 4, 16);
        var space = supernet.Space([NumberFormat.Int8]);

        using var found = supernet.Materialise(space, space.Uniform(0));
        using var published = ModelCatalog.Create(new ModelSpec(name, 4, 1, 16, 0.25, Stem: Stem.Small));

        Assert.Equal(published.Shapes.Select(s => (s.Macs, s.Weights)), found.Shapes.Select(s => (s.Macs, s.Weights)));
        Assert.Equal(published.Layers.Select(l => l.Layer.NonNegativeInput), found.Layers.Select(l => l.Layer.NonNegativeInput));
        Assert.Equal(10 - (name == "efficientnet_b0" ? 1 : 0), space.Decisions.Count(d => d.Kind == DecisionKind.Skip));
        Assert.Equal(published.Layers.Count, space.Decisions.Count(d => d.Kind == DecisionKind.Format));
    }

    [Theory]
    [InlineData(MobileBlockKind.Mobilenet)]
    [InlineData(MobileBlockKind.Efficientnet)]
    public void A_step_moves_the_weights_in_use_as_it_would_those_of_the_plain_network(MobileBlockKind block)
    {
        var supernet = TestSpaces.Create(TestSpaces.Small(block));
        var space = supernet.Space(NamedSpaces.Parse("INT4,INT8"));
        var (random, x) = (new RandomStream(3), Tensors.Normal(1, 6, 1, TestSpaces.Size, TestSpaces.Size));
        for (var i = 0; i < 10; i++)
        {
            var assignment = TestSpaces.Draw(space, random);
            using var plain = supernet.Materialise(space, assignment);
            foreach (var (_, layer) in supernet.Model.Layers.Concat(plain.Layers))
                layer.ComputesOnCodes = true;

            var (loss, expected) = (Step(supernet.Model), Step(plain));

            using var moved = supernet.Materialise(space, assignment);
            Assert.Equal(expected, loss, 1e-5);
            foreach (var (name, value) in plain.Network.state_dict().Where(t => t.Value.is_floating_point()))
                Assert.True(value.allclose(moved.Network.state_dict()[name], 1e-4, 1e-5), $"{assignment}: {name}");
        }

        float Step(QuantizedModel model)
        {
            model.Network.train();
            using var optimizer = optim.SGD(model.Network.parameters(), 0.1);
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(model.Network.forward(x), tensor(new long[] { 0, 1, 2, 3, 0, 1 }));
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        }
    }

    [Fact]
    public void Weights_that_a_step_leaves_out_have_no_gradient()
    {
        var supernet = TestSpaces.Create(TestSpaces.Tiny());
        var space = supernet.Space([NumberFormat.Fp32]);
        var options = space.Decisions.Select(d => d.Kind switch
        {
            DecisionKind.Filters => d.Options.ToList().IndexOf("8"),
            DecisionKind.Kernel => d.Options.ToList().IndexOf("3"),
            DecisionKind.Skip => 1,
            _ => 0,
        }).ToArray();
        supernet.Model.Apply(space, new Assignment(options));
        supernet.Model.Network.forward(Tensors.Normal(1, 2, 1, TestSpaces.Size, TestSpaces.Size)).square().sum().backward();

        var gradients = supernet.Model.Network.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad);
        var depthwise = gradients["features.2.conv.1.0.weight"]!;     // 32 channels of 5x5, 16 of 3x3 in use
        Assert.Equal([32, 1, 5, 5], depthwise.shape);
        Assert.True(depthwise[..16, .., 1..4, 1..4].abs().amin().item<float>() > 0);
        Assert.Equal(depthwise.abs().sum().item<float>(), depthwise[..16, .., 1..4, 1..4].abs().sum().item<float>(), 1e-3f);
        Assert.All(gradients.Where(g => g.Key.StartsWith("features.3.", StringComparison.Ordinal)), g => Assert.Null(g.Value));
    }

    [Fact]
    public void Decisions_of_a_skipped_block_have_no_effect_and_all_others_have()
    {
        var space = TestSpaces.Create(TestSpaces.Small()).Space(NamedSpaces.Parse("INT4,INT8"));
        var skip = space.Decisions.Index().Single(d => d.Item.Name == "stage3.block2.skip").Index;
        string[] inside = ["stage3.block2.kernel", "stage3.block2.expansion", "features.5.conv.0.0", "features.5.conv.1.0", "features.5.conv.2"];

        Assert.All(space.Decisions.Index(), d => Assert.Equal(inside.Contains(d.Item.Name), !space.IsActive(d.Index, space.Uniform(0).With(skip, 1))));
        Assert.All(space.Decisions.Index(), d => Assert.True(space.IsActive(d.Index, space.Uniform(1))));
    }

    [Fact]
    public void A_format_that_serves_several_blocks_counts_whatever_is_skipped()
    {
        var supernet = TestSpaces.Create(TestSpaces.Small());
        Assert.Null(supernet.Space(NamedSpaces.Parse("INT4,INT8"), Granularity.Model).Decisions[^1].SkippedBy);
    }
}
