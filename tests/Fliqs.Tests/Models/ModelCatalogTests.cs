using Fliqs.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. ModelCatalog.All.Select(m => m.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("resnet21", null, null, "unknown model 'resnet21'")]
    [InlineData("resnet20", 0.0, null, "width 0 is not positive")]
    [InlineData("vit", -8.0, null, "width -8 is not positive")]
    [InlineData("vit", 12.5, null, "width 12.5")]
    [InlineData("resnet20", null, 4, "belong to transformers, not to resnet20")]
    [InlineData("mobilenet_v2", null, 4, "belong to transformers, not to mobilenet_v2")]
    public void What_cannot_be_built_is_refused_by_name(string name, double? width, int? depth, string message)
    {
        var failure = Assert.Throws<InputException>(() => ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, width, depth)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet20", true, false, "the small stem belongs to convolutional networks for ImageNet, not to resnet20")]
    [InlineData("deit_tiny", true, false, "not to deit_tiny")]
    [InlineData("resnet50", false, true, "the auxiliary head belongs to inception_v3, not to resnet50")]
    public void Options_of_other_networks_are_refused(string name, bool small, bool aux, string message)
    {
        var spec = new ModelSpec(name, 10, 3, 32, Stem: small ? Stem.Small : Stem.Standard, Aux: aux);
        Assert.Contains(message, Assert.Throws<InputException>(() => ModelCatalog.Create(spec)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_listed_model_learns_in_low_precision_and_names_are_not_case_sensitive(string name)
    {
        var published = ModelCatalog.Published(name) is not null;
        var transformer = ModelCatalog.IsTransformer(name);
        using var model = ModelCatalog.Create(new ModelSpec(
            name.ToUpperInvariant(), 4, 1, 32, transformer ? 24 : 0.125, Stem: published && !transformer ? Stem.Small : Stem.Standard));
        Assert.NotEmpty(ModelCatalog.All.Single(m => m.Name == name).Description);
        ModelProbe.Learns(model, 4, 1, 32, 32);
        Assert.All(model.Shapes, s => Assert.True(s.Macs > 0, s.Name));
    }

    /// <summary>torchvision's and timm's own figures; the projection of resnet18-tf is 64 x 64 weights and a norm.</summary>
    [Theory]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet34", 21_797_672)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("resnet101", 44_549_160)]
    [InlineData("resnet18-tf", 11_689_512 + (64 * 64) + 128)]
    [InlineData("resnet50-tf", 25_557_032)]
    [InlineData("mobilenet_v2", 3_504_872)]
    [InlineData("efficientnet_b0", 5_288_548)]
    [InlineData("efficientnet_b1", 7_794_184)]
    [InlineData("efficientnet_b2", 9_109_994)]
    [InlineData("efficientnet_b3", 12_233_232)]
    [InlineData("efficientnet_b4", 19_341_616)]
    [InlineData("deit_tiny", 5_717_416)]
    [InlineData("deit_small", 22_050_664)]
    [InlineData("deit_base", 86_567_656)]
    public void Parameters_are_as_many_as_published(string name, long parameters)
    {
        var (classes, channels, size) = ModelCatalog.Published(name)!.Value;
        long Count(int? depth)
        {
            using var model = ModelCatalog.Create(new ModelSpec(name, classes, channels, size, Depth: depth));
            return model.Parameters;
        }

        // The twelve blocks of a transformer are alike.
        Assert.Equal(parameters, ModelCatalog.IsTransformer(name) ? Count(1) + (11 * (Count(2) - Count(1))) : Count(null));
    }

    [Fact]
    public void Only_networks_for_ImageNet_are_published_with_an_input()
    {
        Assert.Equal((1000, 3, 299), ModelCatalog.Published("Inception_v3"));
        Assert.Equal((1000, 3, 380), ModelCatalog.Published("efficientnet_b4"));
        Assert.Null(ModelCatalog.Published("resnet20"));
        Assert.Null(ModelCatalog.Published("unknown"));
        Assert.True(ModelCatalog.IsTransformer("DeiT_tiny"));
        Assert.False(ModelCatalog.IsTransformer("resnet18"));
        Assert.False(ModelCatalog.IsTransformer("unknown"));
    }
}
