using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Residual;

public sealed class CifarResNetTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("resnet8", 10)]     // 8 layers of the name's count and the two 1x1 shortcuts
    [InlineData("resnet14", 16)]
    [InlineData("resnet20", 22)]
    [InlineData("resnet32", 34)]
    [InlineData("resnet56", 58)]
    public void The_name_counts_the_layers_without_shortcuts(string name, int layers)
    {
        using var model = ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, Width: 0.25));
        Assert.Equal(layers, model.Layers.Count);
        Assert.Equal([4, 10], model.Network.forward(zeros(4, 3, 32, 32)).shape);
    }

    [Fact]
    public void Resnet20_on_cifar_has_the_parameters_and_macs_of_a_computation_by_hand()
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet20", 10, 3, 32));
        // Convolutions: stem, then 6 / 1 + 5 / 1 + 5 of 3x3 in the stages, and two 1x1 shortcuts.
        const long Stem = 3 * 16 * 9, Stage1 = 6 * 16 * 16 * 9, Stage2 = (16 * 32 * 9) + (5 * 32 * 32 * 9),
            Stage3 = (32 * 64 * 9) + (5 * 64 * 64 * 9), Shortcuts = (16 * 32) + (32 * 64);
        const long Norms = 2 * ((7 * 16) + (7 * 32) + (7 * 64)), Head = (64 * 10) + 10;
        Assert.Equal(Stem + Stage1 + Stage2 + Stage3 + Shortcuts + Norms + Head, model.Parameters);
        Assert.Equal(272_474, model.Parameters);

        const long Macs = (1024 * (Stem + Stage1)) + (256 * (Stage2 + (16 * 32))) + (64 * (Stage3 + (32 * 64))) + 640;
        Assert.Equal(Macs, model.Shapes.Sum(s => s.Macs));
        Assert.Equal(40_813_184, Macs);
        Assert.Equal(Stem + Stage1 + Stage2 + Stage3 + Shortcuts + 640, model.Shapes.Sum(s => s.Weights));
    }

    [Fact]
    public void Names_are_those_of_torchvision()
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet8", 10, 3, 8, Width: 0.25));
        string[] norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];
        string[] Block(string prefix, bool shortcut) =>
        [
            prefix + "conv1.weight", .. norm.Select(n => prefix + "bn1." + n), prefix + "conv2.weight", .. norm.Select(n => prefix + "bn2." + n),
            .. shortcut ? norm.Select(n => prefix + "downsample.1." + n).Prepend(prefix + "downsample.0.weight") : [],
        ];
        string[] expected =
        [
            "conv1.weight", .. norm.Select(n => "bn1." + n), .. Block("layer1.0.", false), .. Block("layer2.0.", true),
            .. Block("layer3.0.", true), "fc.weight", "fc.bias",
        ];
        Assert.Equal(expected.Order(), model.Network.state_dict().Keys.Order());
        Assert.Equal(
            ["conv1", "layer1.0.conv1", "layer1.0.conv2", "layer2.0.conv1", "layer2.0.conv2", "layer2.0.downsample.0",
                "layer3.0.conv1", "layer3.0.conv2", "layer3.0.downsample.0", "fc"],
            model.Layers.Select(l => l.Name));
    }

    [Theory]
    [InlineData(1, 28, 1.0)]
    [InlineData(4, 9, 0.5)]
    [InlineData(2, 1, 0.01)]
    public void Any_channels_size_and_width_work(int channels, int size, double width)
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet8", 3, channels, size, width));
        var expected = Math.Max(1, (int)Math.Round(16 * width));
        Assert.Equal([expected, channels, 3, 3], model.Layers[0].Layer.weight.shape);
        Assert.Equal([2, 3], model.Network.forward(Tensors.Normal(1, 2, channels, size, size)).shape);
        Assert.Equal((long)size * size * 9 * channels * expected, model.Shapes[0].Macs);
    }

    [Fact]
    public void Only_the_image_itself_may_be_negative()
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet14", 3, 1, 8, 0.25));
        Assert.Equal(["conv1"], model.Layers.Where(l => !l.Layer.NonNegativeInput).Select(l => l.Name));
        ModelProbe.SignsAreTrue(model, [4, 1, 8, 8]);
    }

    [Fact]
    public void All_parameters_learn_in_low_precision()
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet8", 3, 1, 8, 0.5));
        model.ApplyUniform(new LayerFormats(NumberFormat.Int4));
        model.Network.forward(Tensors.Normal(1, 8, 1, 8, 8)).square().sum().backward();
        Assert.All(model.Network.named_parameters(), p => Assert.True(p.parameter.grad!.abs().max().item<float>() > 0, p.name));
    }
}
