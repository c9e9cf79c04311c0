using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Space;

public sealed class RuntimeTableTests
{
    public static TheoryData<string> Names => [.. RuntimeTable.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_table_names_known_formats_and_its_sources(string name)
    {
        var table = RuntimeTable.Parse(name);
        Assert.Equal(name, table.Name);
        Assert.Equal(["conv", "depthwise", "linear"], table.Operations.Keys.Order());
        Assert.All(table.Operations.Values.SelectMany(o => o.Weights.Concat(o.Activations)), f => Assert.True(NumberFormat.TryParse(f, out _), f));
        Assert.NotEmpty(table.Sources);
    }

    [Fact]
    public void What_a_target_does_not_compute_in_is_left_out_with_the_reason()
    {
        var table = RuntimeTable.Parse("tensorrt");
        NumberFormat[] formats = [NumberFormat.Int4, NumberFormat.Int8, NumberFormat.E4M3, NumberFormat.Bf16];
        var (kept, masked) = table.Mask(formats, new HashSet<string> { "conv", "linear" });
        Assert.Equal([NumberFormat.Int8, NumberFormat.E4M3, NumberFormat.Bf16], kept);
        Assert.Equal("runtime tensorrt 10: INT4 (conv weights, conv activations, linear activations) left out of the space", masked);
        Assert.Equal([NumberFormat.Int8, NumberFormat.Bf16], table.Mask(formats, new HashSet<string> { "depthwise" }).Kept);
        Assert.Null(table.Mask([NumberFormat.Int8], new HashSet<string> { "linear" }).Masked);
        Assert.Contains("no format of the space is left", Assert.Throws<InputException>(
            () => table.Mask([NumberFormat.Int4], new HashSet<string> { "conv" })).Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'tensorrt'", Assert.Throws<InputException>(() => RuntimeTable.Parse("tensort")).Message, StringComparison.Ordinal);
    }
}
