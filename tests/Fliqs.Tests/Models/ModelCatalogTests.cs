using Fliqs.Models;

namespace Fliqs.Tests.Models;

public sealed class ModelCatalogTests
{
    [Theory]
    [InlineData("resnet21", null, null, "unknown model 'resnet21'")]
    [InlineData("resnet20", 0.0, null, "width 0 is not positive")]
    [InlineData("vit", -8.0, null, "width -8 is not positive")]
    [InlineData("vit", 12.5, null, "width 12.5")]
    [InlineData("resnet20", null, 4, "belong to transformers, not to resnet20")]
    public void What_cannot_be_built_is_refused_by_name(string name, double? width, int? depth, string message)
    {
        var failure = Assert.Throws<InputException>(() => ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, width, depth)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_listed_model_can_be_built_and_names_are_not_case_sensitive()
    {
        foreach (var (name, description) in ModelCatalog.All)
        {
            using var model = ModelCatalog.Create(new ModelSpec(name.ToUpperInvariant(), 4, 1, 8, name == "vit" ? 12 : 0.1));
            Assert.NotEmpty(model.Layers);
            Assert.NotEmpty(description);
        }
    }
}
