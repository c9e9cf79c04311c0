using Fliqs.Numerics;
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

        /// <summary>Whether the output is codes that the norm behind the layer will scale.</summary>
        public bool LeavesCodes => OnCodes && Layer is { bias: null, NormBehind: not null };

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
        if (request.LeavesCodes)
        {
            request.Layer.NormBehind!.Scales = request.OutputScales();
            return codes;
        }

        if (request.Layer.HandsOnBFloat16)
            return Scale(codes, codes, request, bias is null ? new float[request.Weight.Scales.Length] : TensorMemory.Floats(bias));
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

    /// <summary>What lies channel beside channel in bfloat16, times the scales of the output, plus an offset for every channel.</summary>
    private static Tensor Scale(Tensor source, Tensor destination, Request request, ReadOnlySpan<float> offset)
    {
        ChannelKernels.Apply(
            TensorMemory.Codes(source), TensorMemory.Codes(destination), request.OutputScales(), offset, default(ReadOnlySpan<ushort>), relu: false);
        return destination;
    }

    /// <summary>The gradients by the rounded operands, which are freed at once.</summary>
    private static (Tensor? Input, Tensor Weight) ByOperands(Request request, Tensor gradient, Tensor input, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var byOutput = !request.OnCodes || request.LeavesCodes ? gradient
            : gradient.dtype == ScalarType.Float32 ? (gradient * request.Scaling()).to(ScalarType.BFloat16)
            : Scale(gradient.contiguous(), empty(gradient.shape, ScalarType.BFloat16), request, new float[request.Weight.Scales.Length]);
        var (byInput, byWeight) = request.Layer.Differentiate(
            byOutput, request.Input.Round(input), request.Weight.Round(weight), request.OfInput);
        return (byInput?.MoveToOuterDisposeScope(), byWeight.MoveToOuterDisposeScope());
    }
}
