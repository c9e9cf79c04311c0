using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// Rounds a CPU tensor to codes, the values of a format at scale 1, in bfloat16, which holds them exactly: an operation on
/// codes, multiplied by the scales afterwards, is the operation on the rounded values, at the speed of bfloat16. The
/// gradient is straight-through, as that of <see cref="FakeQuantize"/>.
/// </summary>
internal static class CodeQuantize
{
    /// <summary>The codes of x in the memory order of x, bfloat16.</summary>
    /// <param name="x">Float32.</param>
    /// <param name="format">A format whose values bfloat16 holds.</param>
    /// <param name="scales">One scale, or one for each row of the first dimension.</param>
    /// <param name="observer">Is shown x and the gradient by the rounded values; null for none.</param>
    public static Tensor Apply(Tensor x, NumberFormat format, float[] scales, IGradientObserver? observer) =>
        Function.apply(x, new Request(format, scales, observer));

    private sealed record Request(NumberFormat Format, float[] Scales, IGradientObserver? Observer);

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(CodeQuantize);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] args)
        {
            var (x, request) = ((Tensor)args[0], (Request)args[1]);
            ctx.save_data("request", request);
            ctx.save_for_backward([x]);
            var rounded = empty_like(x, dtype: ScalarType.BFloat16);
            var source = TensorMemory.Floats(x);
            var codes = TensorMemory.Codes(rounded);
            var length = source.Length / request.Scales.Length;
            for (var row = 0; row < request.Scales.Length; row++)
                request.Format.RoundToCodes(source.Slice(row * length, length), codes.Slice(row * length, length), request.Scales[row]);
            return rounded;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            var (format, scales, observer) = (Request)ctx.get_data("request");
            var x = ctx.get_saved_variables()[0];
            var result = empty_like(x);
            var source = TensorMemory.Codes(TensorMemory.InOrderOf(x, gradient));
            if (observer is not null)
            {
                Pass(x, source, result, scales, float.NegativeInfinity, float.PositiveInfinity);
                observer.Observe(x, result);
            }

            Pass(x, source, result, scales, format.MinValue, format.MaxValue);
            return [result, null!];
        }

        private static void Pass(Tensor x, Span<ushort> gradient, Tensor result, float[] scales, float low, float high)
        {
            var values = TensorMemory.Floats(x);
            var destination = TensorMemory.Floats(result);
            var length = values.Length / scales.Length;
            for (var row = 0; row < scales.Length; row++)
            {
                var (start, scale) = (row * length, scales[row]);
                StraightThrough.ClippedCodeGradient(
                    values.Slice(start, length), gradient.Slice(start, length), destination.Slice(start, length),
                    low * scale, high * scale, 1 / scale);
            }
        }
    }
}
