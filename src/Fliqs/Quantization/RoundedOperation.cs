using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// The operation of a layer on rounded operands, y = (sx sw) * (x / sx op w / sw) + b with codes and y = Q(x) op Q(w) + b with values.
/// For the backward pass it keeps the operands before rounding, which others keep as well, and rounds them anew: that is cheaper
/// than a second copy of every activation.
/// </summary>
internal sealed class RoundedOperation : LeanFunction<RoundedOperation>
{
    /// <summary>What to do with the tensors (input, weight, bias or null), which are the arguments before it.</summary>
    public sealed record Request(QuantizedLayer Layer, Operand Input, Operand Weight, bool OfInput)
    {
        public bool OnCodes => Input is CodeOperand;

        /// <summary>sx sw, one for every output channel.</summary>
        public float[] OutputScales() => Array.ConvertAll(Weight.Scales, s => s * Input.Scales[0]);

        /// <summary>The same in a shape that multiplies the output.</summary>
        public Tensor Scaling() => Layer.PerChannel(tensor(OutputScales()));
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] args)
    {
        var (input, weight, bias, request) = ((Tensor)args[0], (Tensor)args[1], (Tensor?)args[2], (Request)args[3]);
        ctx.save_data("request", request);
        ctx.save_for_backward([input, weight]);
        var (x, w) = (request.Input.Round(input), request.Weight.Round(weight));
        if (!request.OnCodes)
            return request.Layer.Compute(x, w, bias);
        var codes = request.Layer.Compute(x, w, null);
        if (bias is null && request.Layer.NormBehind is { } norm)
        {
            norm.Scales = request.OutputScales();
            return codes;
        }

        var output = codes * request.Scaling();
        return bias is null ? output : output.add_(request.Layer.PerChannel(bias));
    }

    protected override Tensor?[] Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var request = (Request)ctx.get_data("request");
        var saved = ctx.get_saved_variables();
        var (input, weight) = (saved[0], saved[1]);
        var (byInput, byWeight) = ByOperands(request, gradient, input, weight);
        return
        [
            byInput is null ? null : request.Input.Gradient(input, byInput),
            request.Weight.Gradient(weight, byWeight),
            request.Layer.bias is null ? null : request.Layer.ChannelSums(gradient),
            null,
        ];
    }

    /// <summary>The gradients by the rounded operands, which are freed at once.</summary>
    private static (Tensor? Input, Tensor Weight) ByOperands(Request request, Tensor gradient, Tensor input, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var byOutput = request.OnCodes && gradient.dtype == ScalarType.Float32
            ? (gradient * request.Scaling()).to(ScalarType.BFloat16)
            : gradient;
        var (byInput, byWeight) = request.Layer.Differentiate(
            byOutput, request.Input.Round(input), request.Weight.Round(weight), request.OfInput);
        return (byInput?.MoveToOuterDisposeScope(), byWeight.MoveToOuterDisposeScope());
    }
}
