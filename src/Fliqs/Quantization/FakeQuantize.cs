using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// Fake quantization with a straight-through gradient: forward Q(x) = s * round(x / s), backward the gradient of the output
/// wherever x lies inside the range that the scale s covers, and 0 where x was clipped. On the CPU the kernels of
/// Fliqs.Numerics work in place on tensor memory; on any other device the same is computed by tensor operations.
/// </summary>
public static class FakeQuantize
{
    /// <summary>Rounds a tensor of any shape with one scale.</summary>
    /// <param name="x">Float32.</param>
    /// <param name="format">The format to round to.</param>
    /// <param name="rule">How the scale is found.</param>
    /// <param name="observer">Is shown x and the gradient in the backward pass; null for none.</param>
    public static Tensor PerTensor(Tensor x, NumberFormat format, ScaleRule rule, IGradientObserver? observer = null) =>
        Round(x, format, rule, 1, observer);

    /// <summary>Rounds a weight of shape [rows, ...] with one scale for each row, the output channel.</summary>
    /// <inheritdoc cref="PerTensor"/>
    public static Tensor PerRow(Tensor x, NumberFormat format, ScaleRule rule, IGradientObserver? observer = null) =>
        Round(x, format, rule, (int)x.shape[0], observer);

    /// <summary>Past autograd, which costs more than rounding a small tensor, where nobody asks for a gradient.</summary>
    private static Tensor Round(Tensor x, NumberFormat format, ScaleRule rule, int rows, IGradientObserver? observer)
    {
        x = TensorMemory.Dense(x);
        var operand = new ValueOperand(format, Scales.Find(x, format, rule, rows), rule, observer);
        return is_grad_enabled() && x.requires_grad ? Function.Apply(x, operand) : operand.Round(x);
    }

    private sealed class Function : LeanFunction<Function>
    {
        public override string Name => nameof(FakeQuantize);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] args)
        {
            var (x, operand) = ((Tensor)args[0], (ValueOperand)args[1]);
            ctx.save_data("operand", operand);
            if (operand.NeedsTensor)
                ctx.save_for_backward([x]);
            return operand.Round(x);
        }

        protected override Tensor?[] Differentiate(autograd.AutogradContext ctx, Tensor gradient)
        {
            var saved = ctx.get_saved_variables();
            return [saved.Count == 0 ? gradient : ((ValueOperand)ctx.get_data("operand")).Gradient(saved[0], gradient.clone()), null];
        }
    }
}
