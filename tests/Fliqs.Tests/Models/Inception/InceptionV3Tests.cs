using Fliqs.Models;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Inception;

public sealed class InceptionV3Tests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Names_are_those_of_torchvision()
    {
        using var model = ModelCatalog.Create(new ModelSpec("inception_v3", 10, 3, 299, Width: 0.0625, Aux: true));
        static IEnumerable<string> Block(string name, params string[] convolutions) => convolutions.Select(c => $"{name}.{c}");
        string[] A = ["branch1x1", "branch5x5_1", "branch5x5_2", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3", "branch_pool"];
        string[] C =
        [
            "branch1x1", "branch7x7_1", "branch7x7_2", "branch7x7_3", "branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3",
            "branch7x7dbl_4", "branch7x7dbl_5", "branch_pool",
        ];
        string[] E =
        [
            "branch1x1", "branch3x3_1", "branch3x3_2a", "branch3x3_2b", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3a",
            "branch3x3dbl_3b", "branch_pool",
        ];
        string[] convolutions =
        [
            "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
            .. Block("Mixed_5b", A), .. Block("Mixed_5c", A), .. Block("Mixed_5d", A),
            .. Block("Mixed_6a", "branch3x3", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"),
            .. Block("Mixed_6b", C), .. Block("Mixed_6c", C), .. Block("Mixed_6d", C), .. Block("Mixed_6e", C),
            .. Block("Mixed_7a", "branch3x3_1", "branch3x3_2", "branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"),
            .. Block("Mixed_7b", E), .. Block("Mixed_7c", E),
        ];
        Assert.Equal(convolutions.Select(c => c + ".conv").Append("fc"), model.Layers.Select(l => l.Name));
        Assert.Equal(
            convolutions.Concat(["AuxLogits.conv0", "AuxLogits.conv1"]).SelectMany(c => ModelProbe.NormKeys(c + ".bn").Prepend(c + ".conv.weight"))
                .Concat(["AuxLogits.fc.weight", "AuxLogits.fc.bias", "fc.weight", "fc.bias"]).Order(),
            model.Network.state_dict().Keys.Order());
    }

    [Fact]
    public void The_auxiliary_head_counts_as_parameters_and_not_as_operations()
    {
        using var without = ModelCatalog.Create(new ModelSpec("inception_v3", 1000, 3, 299));
        using var model = ModelCatalog.Create(new ModelSpec("inception_v3", 1000, 3, 299, Aux: true));
        Assert.Equal((27_161_264, 23_834_568), (model.Parameters, without.Parameters));
        Assert.Equal(without.Layers.Select(l => l.Name), model.Layers.Select(l => l.Name));
        var state = model.Network.state_dict();
        Assert.Equal([192, 192, 1, 7], state["Mixed_6e.branch7x7dbl_5.conv.weight"].shape);
        Assert.Equal([160, 160, 7, 1], state["Mixed_6c.branch7x7dbl_4.conv.weight"].shape);
        Assert.Equal([384, 448, 3, 3], state["Mixed_7c.branch3x3dbl_2.conv.weight"].shape);
        Assert.Equal([768, 128, 5, 5], state["AuxLogits.conv1.conv.weight"].shape);
    }

    [Fact]
    public void The_auxiliary_head_speaks_in_training_only()
    {
        using var model = ModelCatalog.Create(new ModelSpec("inception_v3", 7, 1, 299, Width: 0.0625, Aux: true));
        var input = Tensors.Normal(1, 2, 1, 299, 299);
        Assert.Equal([2, 7], model.Network.forward(input).shape);
        Assert.Equal([2, 7], model.AuxiliaryLogits!.shape);
        model.Network.eval();
        model.Network.forward(input);
        Assert.Null(model.AuxiliaryLogits);
    }

    [Theory]
    [InlineData(Stem.Standard, false, 74, "inception_v3 needs images of at least 75 pixels, these have 74; there is a stem for small ones")]
    [InlineData(Stem.Standard, true, 298, "inception_v3 with the auxiliary head needs images of at least 299 pixels, these have 298")]
    [InlineData(Stem.Small, false, 14, "inception_v3 needs images of at least 15 pixels, these have 14")]
    public void Images_that_would_vanish_are_refused(Stem stem, bool aux, int size, string message)
    {
        ModelSpec Spec(int pixels) => new("inception_v3", 10, 1, pixels, 0.0625, Stem: stem, Aux: aux);
        Assert.Contains(message, Assert.Throws<InputException>(() => ModelCatalog.Create(Spec(size))).Message, StringComparison.Ordinal);
        using var model = ModelCatalog.Create(Spec(size + 1));
        Assert.All(model.Shapes, s => Assert.True(s.Macs > 0, s.Name));
    }

    [Theory]
    [InlineData(Stem.Standard, 299, 8)]
    [InlineData(Stem.Small, 32, 3)]
    public void The_stem_decides_what_size_is_left_of_an_image(Stem stem, int size, int left)
    {
        using var model = ModelCatalog.Create(new ModelSpec("inception_v3", 10, 1, size, Width: 0.0625, Stem: stem));
        var last = model.Shapes.Single(s => s.Name == "Mixed_7c.branch1x1.conv");
        Assert.Equal(left * left, last.Macs / last.Weights);
    }

    [Fact]
    public void Only_the_image_itself_may_be_negative()
    {
        using var model = ModelCatalog.Create(new ModelSpec("inception_v3", 3, 1, 32, 0.125, Stem: Stem.Small));
        Assert.Equal(["Conv2d_1a_3x3.conv"], model.Layers.Where(l => !l.Layer.NonNegativeInput).Select(l => l.Name));
        ModelProbe.SignsAreTrue(model, [2, 1, 32, 32]);
    }
}
