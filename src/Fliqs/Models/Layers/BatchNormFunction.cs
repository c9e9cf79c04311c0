using Fliqs.Numerics;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>The training of a <see cref="FusedBatchNorm2d"/> on a CPU: float32 in and out, or bfloat16 where a convolution leaves codes.</summary>
internal sealed class BatchNormFunction : LeanFunction<BatchNormFunction>
{
    /// <summary>What to do with the tensors (input, weight, bias, running mean, running variance, addend or null), which are the arguments before it.</summary>
    public sealed record Request(FusedBatchNorm2d Norm, double Epsilon, CodesLink? Link, bool Relu, float Ceiling);

    /// <param name="Relu">Whether there is one.</param>
    /// <param name="Ceiling">Where it cuts off above.</param>
    /// <param name="Mean">Of the input as it is in memory.</param>
    /// <param name="InverseDeviation">What a difference to that mean is multiplied by to be normalised.</param>
    /// <param name="Weight">The weights of the norm.</param>
    /// <param name="Adds">Whether there is an addend.</param>
    private sealed record Saved(bool Relu, float Ceiling, float[] Mean, double[] InverseDeviation, float[] Weight, bool Adds);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] args)
    {
        var (x, weight, bias, addend, request) = ((Tensor)args[0], (Tensor)args[1], (Tensor)args[2], (Tensor?)args[5], (Request)args[6]);
        var means = TensorMemory.Floats((Tensor)args[3]);
        var variances = TensorMemory.Floats((Tensor)args[4]);
        var (norm, channels) = (request.Norm, (int)x.shape[1]);
        var onCodes = x.dtype == ScalarType.BFloat16;
        var units = onCodes ? request.Link!.Scales : Enumerable.Repeat(1f, channels).ToArray();
        var (mean, variance, shift) = (new double[channels], new double[channels], new float[channels]);
        for (var c = 0; c < channels; c++)
            shift[c] = means[c] / units[c];
        if (onCodes)
            ChannelKernels.Moments(TensorMemory.Codes(x), shift, mean, variance);
        else
            ChannelKernels.Moments(TensorMemory.Floats(x), shift, mean, variance);

        var saved = new Saved(
            request.Relu, request.Ceiling, Array.ConvertAll(mean, m => (float)m), new double[channels],
            TensorMemory.Floats(weight).ToArray(), addend is not null);
        var (scale, offset) = (new float[channels], new float[channels]);
        var biases = TensorMemory.Floats(bias);
        for (var c = 0; c < channels; c++)
        {
            var r = saved.InverseDeviation[c] = units[c] / Math.Sqrt((units[c] * variance[c] * units[c]) + request.Epsilon);
            scale[c] = (float)(saved.Weight[c] * r);
            offset[c] = (float)(biases[c] - (mean[c] * saved.Weight[c] * r));
            (mean[c], variance[c]) = (units[c] * mean[c], units[c] * variance[c] * units[c]);
        }

        norm.Track(means, variances, mean, variance, x.numel() / channels);
        var y = empty_like(x);
        if (onCodes)
        {
            var added = addend is null ? default : TensorMemory.Codes(addend);
            ChannelKernels.Apply(TensorMemory.Codes(x), TensorMemory.Codes(y), scale, offset, added, request.Relu, request.Ceiling);
        }
        else
        {
            var added = addend is null ? default : TensorMemory.Floats(addend);
            ChannelKernels.Apply(TensorMemory.Floats(x), TensorMemory.Floats(y), scale, offset, added, request.Relu, request.Ceiling);
        }

        ctx.save_data("saved", saved);
        ctx.save_for_backward(request.Relu ? [x, y] : [x]);
        return y;
    }

    protected override Tensor?[] Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var saved = (Saved)ctx.get_data("saved");
        var tensors = ctx.get_saved_variables();
        var (x, y) = (tensors[0], tensors[^1]);
        var onCodes = x.dtype == ScalarType.BFloat16;
        gradient = TensorMemory.InOrderOf(x, gradient);
        if (!saved.Relu)
            y = gradient;       // is not looked at
        var channels = saved.Mean.Length;
        var (sums, products) = (new double[channels], new double[channels]);
        var byAddend = !saved.Adds ? null : saved.Relu ? empty_like(gradient) : gradient;
        var masks = byAddend is not null && saved.Relu;
        if (onCodes)
        {
            var passed = masks ? TensorMemory.Codes(byAddend!) : default;
            ChannelKernels.GradientSums(
                TensorMemory.Codes(x), TensorMemory.Codes(y), TensorMemory.Codes(gradient), saved.Mean, sums, products, passed,
                saved.Relu, saved.Ceiling);
        }
        else
        {
            var passed = masks ? TensorMemory.Floats(byAddend!) : default;
            ChannelKernels.GradientSums(
                TensorMemory.Floats(x), TensorMemory.Floats(y), TensorMemory.Floats(gradient), saved.Mean, sums, products, passed,
                saved.Relu, saved.Ceiling);
        }

        // dx = w r (g - mean(g) - xh mean(g xh)) with xh = (x - mean) r and r the inverse deviation.
        var pixels = x.numel() / channels;
        var (a, b, c) = (new float[channels], new float[channels], new float[channels]);
        var byWeight = new float[channels];
        for (var i = 0; i < channels; i++)
        {
            var r = saved.InverseDeviation[i];
            var slope = -saved.Weight[i] * r * r * r * products[i] / pixels;
            (a[i], b[i]) = ((float)(saved.Weight[i] * r), (float)slope);
            c[i] = (float)((-saved.Weight[i] * r * sums[i] / pixels) - (slope * saved.Mean[i]));
            byWeight[i] = (float)(products[i] * r);
        }

        var result = empty_like(x);
        if (onCodes)
        {
            ChannelKernels.Gradient(
                TensorMemory.Codes(x), TensorMemory.Codes(y), TensorMemory.Codes(gradient), TensorMemory.Codes(result), a, b, c,
                saved.Relu, saved.Ceiling);
        }
        else
        {
            ChannelKernels.Gradient(
                TensorMemory.Floats(x), TensorMemory.Floats(y), TensorMemory.Floats(gradient), TensorMemory.Floats(result), a, b, c,
                saved.Relu, saved.Ceiling);
        }

        return [result, tensor(byWeight), tensor(Array.ConvertAll(sums, s => (float)s)), null, null, byAddend, null];
    }
}
