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
        Apply(x, new Request(format, rule, 1, observer));

    /// <summary>Rounds a weight of shape [rows, ...] with one scale for each row, the output channel.</summary>
    /// <inheritdoc cref="PerTensor"/>
    public static Tensor PerRow(Tensor x, NumberFormat format, ScaleRule rule, IGradientObserver? observer = null) =>
        Apply(x, new Request(format, rule, (int)x.shape[0], observer));

    /// <summary>Past autograd, which costs more than rounding a small tensor, where nobody asks for a gradient.</summary>
    private static Tensor Apply(Tensor x, Request request)
    {
        if (is_grad_enabled() && x.requires_grad)
            return Function.apply(x, request);
        x = TensorMemory.Dense(x);
        return Rounding.Round(x, Scales.Find(x, request.Format, request.Rule, request.Rows), request.Format);
    }

    private sealed record Request(NumberFormat Format, ScaleRule Rule, int Rows, IGradientObserver? Observer);

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FakeQuantize);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] args)
        {
            var (x, request) = (TensorMemory.Dense((Tensor)args[0]), (Request)args[1]);
            var scales = Scales.Find(x, request.Format, request.Rule, request.Rows);
            ctx.save_data("request", request);
            ctx.save_data("scales", scales);
            if (Clips(request) || request.Observer is not null)
                ctx.save_for_backward([x]);
            return Rounding.Round(x, scales, request.Format);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            var request = (Request)ctx.get_data("request");
            var saved = ctx.get_saved_variables();
            if (saved.Count == 0)
                return [gradient, null!];

            var x = saved[0];
            gradient = TensorMemory.InOrderOf(x, gradient);
            request.Observer?.Observe(x, gradient);
            return Clips(request)
                ? [Rounding.MaskClipped(x, gradient, (float[])ctx.get_data("scales"), request.Format), null!]
                : [gradient, null!];
        }

        private static bool Clips(Request request) =>
            request.Format.IsScaled && (request.Rule != ScaleRule.MaxAbs || request.Format.MinValue == 0);
    }
}
