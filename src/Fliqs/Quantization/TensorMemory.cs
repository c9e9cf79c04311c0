using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>Spans over the memory of CPU tensors, in the order in which the elements lie there.</summary>
public static class TensorMemory
{
    /// <summary>Whether the tensor is four-dimensional and lies in memory channels last, [N, H, W, C].</summary>
    public static bool IsChannelsLast(Tensor tensor)
    {
        if (tensor.dim() != 4)
            return false;
        using var view = tensor.permute(0, 2, 3, 1);
        return view.is_contiguous();
    }

    /// <summary>
    /// The same values in a four-dimensional tensor that lies channels last, the order in which convolutions are fastest on a
    /// CPU; the tensor itself where it does already. Differentiable.
    /// </summary>
    public static Tensor ChannelsLast(Tensor tensor) =>
        IsChannelsLast(tensor) ? tensor : tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>The tensor itself if its memory has no gaps (contiguous or channels last), else a contiguous copy.</summary>
    public static Tensor Dense(Tensor tensor) =>
        tensor.is_contiguous() || IsChannelsLast(tensor) ? tensor : tensor.contiguous();

    /// <summary>A tensor with the shape and memory order of <paramref name="model"/> and the values of <paramref name="tensor"/>.</summary>
    public static Tensor InOrderOf(Tensor model, Tensor tensor) =>
        model.stride().AsSpan().SequenceEqual(tensor.stride()) ? tensor : empty_like(model, dtype: tensor.dtype).copy_(tensor);

    /// <summary>The elements of a dense float tensor on the CPU, in memory order. Valid as long as the tensor lives.</summary>
    /// <exception cref="ArgumentException">The elements are not float32.</exception>
    /// <exception cref="InputException">They are more than 2 GiB, which a span cannot have.</exception>
    public static Span<float> Floats(Tensor tensor) => Elements<float>(tensor, ScalarType.Float32);

    /// <summary>The same of a bfloat16 tensor, as bit patterns.</summary>
    /// <exception cref="ArgumentException">The elements are not bfloat16.</exception>
    internal static Span<ushort> Codes(Tensor tensor) => Elements<ushort>(tensor, ScalarType.BFloat16);

    private static Span<T> Elements<T>(Tensor tensor, ScalarType type)
        where T : unmanaged
    {
        if (tensor.dtype != type)
            throw new ArgumentException($"the tensor is {tensor.dtype}, not {type}", nameof(tensor));
        if (tensor.numel() > int.MaxValue / Marshal.SizeOf<T>())
            throw new InputException($"an activation of {string.Join('x', tensor.shape)} values has more than 2 GiB; choose a smaller batch, or --accumulate for the same step in parts");
        if (tensor.is_contiguous())
            return MemoryMarshal.Cast<byte, T>(tensor.bytes);
        using var view = tensor.permute(0, 2, 3, 1);
        return MemoryMarshal.Cast<byte, T>(view.bytes);
    }
}
