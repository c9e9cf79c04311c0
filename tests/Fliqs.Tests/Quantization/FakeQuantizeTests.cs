using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class FakeQuantizeTests
{
    public static TheoryData<string> Formats => [.. Tensors.FormatNames];

    /// <summary>The definition: differentiate clamp(x), add what rounding changes as a constant.</summary>
    private static Tensor Surrogate(Tensor x, NumberFormat format, ScaleRule rule, bool perRow)
    {
        var dense = x.detach().contiguous();
        var scales = Scales.Find(dense, format, rule, perRow ? (int)x.shape[0] : 1);
        var rounded = CompositeRounding.Round(dense, scales, format);
        if (!format.IsScaled)
            return x + (rounded - x).detach();
        var scale = tensor(scales).reshape([scales.Length, .. Enumerable.Repeat(1L, (int)x.dim() - 1)]);
        var clamped = rule == ScaleRule.LeastSquares ? x.clamp(scale * format.MinValue, scale * format.MaxValue) : format.MinValue == 0 ? x.clamp(min: 0) : x;
        return clamped + (rounded - clamped).detach();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Values_and_gradients_are_those_of_the_definition(string name)
    {
        using var scope = NewDisposeScope();
        var format = NumberFormat.Parse(name);
        long[][] shapes = [[5, 33], [3, 4, 9], [4, 3, 5, 6]];
        foreach (var shape in shapes)
        {
            foreach (var rule in Enum.GetValues<ScaleRule>())
            {
                foreach (var perRow in new[] { false, true })
                {
                    foreach (var (layout, values) in Tensors.Layouts(Tensors.Mixed(shape.Length, shape)))
                    {
                        var x = values.detach().requires_grad_();
                        var reference = values.detach().requires_grad_();
                        var y = perRow ? FakeQuantize.PerRow(x, format, rule) : FakeQuantize.PerTensor(x, format, rule);
                        var expected = Surrogate(reference, format, rule, perRow);
                        var gradient = Tensors.Normal(5, shape);
                        (y * gradient).sum().backward();
                        (expected * gradient).sum().backward();
                        var what = $"{name} {rule} {layout} {shape.Length}-D per row: {perRow}";
                        // Sampled scales depend on the memory order, which the reference ignores: these tensors are not sampled.
                        Assert.True(x.numel() <= ScaleFinder.SampleSize);
                        Tensors.Near(expected.detach(), y.detach(), what);
                        Tensors.SameValues(reference.grad!, x.grad!, what);
                    }
                }
            }
        }
    }

    /// <summary>7 times the rounded quotient of the largest value and 7 may be less than that value.</summary>
    [Theory]
    [InlineData(true, "INT4")]
    [InlineData(false, "INT4")]
    [InlineData(true, "NVFP4")]
    [InlineData(false, "UINT4")]
    public void Scales_by_the_largest_magnitude_pass_its_gradient(bool onCodes, string name)
    {
        using var scope = NewDisposeScope();
        var format = NumberFormat.Parse(name);
        var lost = 0;
        foreach (var step in Enumerable.Range(0, 256))
        {
            var x = cat([full(1, 1 + (step * 0.003917f)), linspace(0.1, 1, 31)]).reshape(1, 32);
            var scales = Scales.Find(x, format, ScaleRule.MaxAbs, 1);
            lost += scales[0] * format.MaxValue < x[0, 0].item<float>() ? 1 : 0;
            Operand operand = onCodes ? new CodeOperand(format, scales, ScaleRule.MaxAbs, null) : new ValueOperand(format, scales, ScaleRule.MaxAbs, null);
            var gradient = operand.Gradient(x, ones_like(x, onCodes ? ScalarType.BFloat16 : ScalarType.Float32));
            Assert.True(gradient.min().item<float>() > 0, $"{x[0, 0].item<float>():R}");
        }

        Assert.True(lost > 0);
    }

    [Fact]
    public void Gradients_in_any_memory_order_arrive_at_the_right_element()
    {
        using var scope = NewDisposeScope();
        foreach (var (layout, values) in Tensors.Layouts(Tensors.Normal(1, 2, 3, 4, 5)))
        {
            foreach (var (order, gradient) in Tensors.Layouts(Tensors.Normal(2, 2, 3, 4, 5)))
            {
                var x = values.detach().requires_grad_();
                var y = FakeQuantize.PerTensor(x, NumberFormat.Int4, ScaleRule.LeastSquares);
                y.backward([gradient]);
                var scale = Scales.Find(TensorMemory.Dense(values), NumberFormat.Int4, ScaleRule.LeastSquares, 1)[0];
                var expected = where(values.abs() <= 7 * scale, gradient, zeros_like(gradient));
                Tensors.SameValues(expected, x.grad!, $"{layout}, gradient {order}");
            }
        }
    }

    [Fact]
    public void An_expanded_gradient_is_masked_like_any_other()
    {
        using var scope = NewDisposeScope();
        var x = tensor([0.1f, 5f, -0.2f, 0.3f, -0.1f, 0.05f, 0.2f, -0.3f]).requires_grad_();
        var y = FakeQuantize.PerTensor(x, NumberFormat.Int2, ScaleRule.LeastSquares);
        y.sum().backward();
        var limit = y.abs().max().item<float>();
        Assert.Equal(Tensors.Values(x).Select(v => Math.Abs(v) <= limit ? 1f : 0f), Tensors.Values(x.grad!));
    }

    [Fact]
    public void Without_clipping_the_gradient_passes_untouched()
    {
        using var scope = NewDisposeScope();
        foreach (var (format, rule) in new[] { (NumberFormat.Int2, ScaleRule.MaxAbs), (NumberFormat.Bf16, ScaleRule.LeastSquares) })
        {
            var x = Tensors.Normal(3, 4, 5).requires_grad_();
            FakeQuantize.PerTensor(x, format, rule).sum().backward();
            Assert.All(Tensors.Values(x.grad!), g => Assert.Equal(1, g));
        }
    }

    [Fact]
    public void Unsigned_formats_clip_what_is_negative()
    {
        using var scope = NewDisposeScope();
        var x = tensor([-1f, 0f, 0.4f, 3f]).requires_grad_();
        var y = FakeQuantize.PerTensor(x, NumberFormat.Parse("UINT2"), ScaleRule.MaxAbs);
        y.sum().backward();
        Assert.Equal([0f, 0f, 0f, 3f], Tensors.Values(y));
        Assert.Equal([0f, 1f, 1f, 1f], Tensors.Values(x.grad!));
    }

    [Fact]
    public void Fp32_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1e-40f, -0f, float.NaN, float.PositiveInfinity, 1.2345678f]).requires_grad_();
        var y = FakeQuantize.PerTensor(x, NumberFormat.Fp32, ScaleRule.LeastSquares);
        Tensors.SameBits(x, y);
        y.backward([ones(5)]);
        Assert.All(Tensors.Values(x.grad!), g => Assert.Equal(1, g));
    }

    [Fact]
    public void The_observer_sees_the_tensor_and_the_gradient_of_the_rounded_one_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        foreach (var format in new[] { NumberFormat.Int4, NumberFormat.Fp32, NumberFormat.Bf16 })
        {
            var observer = new Recorder();
            var (x, plain) = (Tensors.Normal(1, 2, 3, 4, 4).requires_grad_(), Tensors.Normal(1, 2, 3, 4, 4).requires_grad_());
            var gradient = Tensors.Normal(2, 4, 4, 3, 2).permute(3, 2, 1, 0);
            FakeQuantize.PerTensor(x, format, ScaleRule.LeastSquares, observer).backward([gradient]);
            FakeQuantize.PerTensor(plain, format, ScaleRule.LeastSquares).backward([gradient]);
            Tensors.SameBits(plain.grad!, x.grad!);
            var (seen, slope) = Assert.Single(observer.Seen);
            Assert.Equal(Tensors.Values(x), seen);
            Assert.Equal(Tensors.Values(gradient), slope);
        }
    }

    [Fact]
    public void Without_gradients_the_result_is_the_same_and_asks_for_none()
    {
        using var scope = NewDisposeScope();
        var x = Tensors.Normal(1, 3, 7).requires_grad_();
        var expected = FakeQuantize.PerRow(x, NumberFormat.E2M1, ScaleRule.LeastSquares);
        Assert.True(expected.requires_grad);
        using (no_grad())
        {
            var y = FakeQuantize.PerRow(x, NumberFormat.E2M1, ScaleRule.LeastSquares);
            Assert.False(y.requires_grad);
            Tensors.SameBits(expected, y);
        }

        Assert.False(FakeQuantize.PerRow(x.detach(), NumberFormat.E2M1, ScaleRule.LeastSquares).requires_grad);
    }

    [Fact]
    public void Values_that_are_no_numbers_spoil_the_whole_tensor_or_row_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 1f, float.PositiveInfinity }, { 1f, 2f } }).requires_grad_();
        var y = FakeQuantize.PerRow(x, NumberFormat.Int4, ScaleRule.LeastSquares);
        y.sum().backward();
        Assert.Equal([true, true, false, false], Tensors.Values(y).Select(float.IsNaN));
        Assert.Equal([0f, 0f, 1f, 1f], Tensors.Values(x.grad!));
    }

    [Fact]
    public void Only_float32_is_taken()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.BFloat16, ScalarType.Float64 })
        {
            var failure = Assert.Throws<ArgumentException>(
                () => FakeQuantize.PerTensor(ones(4, type), NumberFormat.Int4, ScaleRule.MaxAbs));
            Assert.Contains(type.ToString(), failure.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Recorder : IGradientObserver
    {
        public List<(float[] X, float[] Gradient)> Seen { get; } = [];

        public void Observe(Tensor x, Tensor gradient)
        {
            Assert.Equal(x.stride(), gradient.stride());
            Seen.Add((Tensors.Values(x), Tensors.Values(gradient)));
        }
    }
}
