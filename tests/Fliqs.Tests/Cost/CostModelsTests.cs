using Fliqs.Cost;

namespace Fliqs.Tests.Cost;

public sealed class CostModelsTests
{
    [Theory]
    [InlineData("bops", typeof(BitOperations))]
    [InlineData("SIZE", typeof(ModelSize))]
    [InlineData("Bits", typeof(BitSum))]
    public void Are_found_by_name_in_any_case(string name, Type type) => Assert.IsType(type, CostModels.Parse(name));

    [Fact]
    public void A_wrong_name_is_answered_with_the_nearest_and_with_all()
    {
        var e = Assert.Throws<InputException>(() => CostModels.Parse("bop"));
        Assert.Contains("did you mean 'bops'", e.Message);
        Assert.Contains("bops, size, bits", e.Message);
    }
}
