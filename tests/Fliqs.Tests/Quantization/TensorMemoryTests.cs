using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class TensorMemoryTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Channels_last_is_recognised_and_made_with_the_same_values()
    {
        var x = arange(2 * 3 * 4 * 5, float32).reshape(2, 3, 4, 5);
        var last = TensorMemory.ChannelsLast(x);
        Assert.False(TensorMemory.IsChannelsLast(x));
        Assert.True(TensorMemory.IsChannelsLast(last));
        Assert.Same(last, TensorMemory.ChannelsLast(last));
        Tensors.SameValues(x, last);
        Assert.False(TensorMemory.IsChannelsLast(x.reshape(6, 20)));
        // With one channel or one pixel both orders are one.
        Assert.True(TensorMemory.IsChannelsLast(x.reshape(6, 1, 4, 5)));
        Assert.True(TensorMemory.IsChannelsLast(x.reshape(6, 20, 1, 1)));
    }

    [Fact]
    public void Spans_show_the_elements_in_memory_order_without_a_copy()
    {
        var x = arange(2 * 3 * 2 * 2, float32).reshape(2, 3, 2, 2);
        var last = TensorMemory.ChannelsLast(x);
        Assert.Equal([0f, 4, 8, 1, 5, 9], TensorMemory.Floats(last)[..6]);
        TensorMemory.Floats(last)[1] = -1;
        Assert.Equal(-1, last[0, 1, 0, 0].item<float>());
    }

    [Fact]
    public void Dense_tensors_are_taken_as_they_are_and_others_copied()
    {
        var x = arange(24, float32).reshape(2, 3, 2, 2);
        Assert.Same(x, TensorMemory.Dense(x));
        var last = TensorMemory.ChannelsLast(x);
        Assert.Same(last, TensorMemory.Dense(last));
        foreach (var gaps in new[] { x.transpose(0, 1), x.slice(1, 0, 3, 2), zeros(1).expand(2, 3) })
        {
            var dense = TensorMemory.Dense(gaps);
            Assert.True(dense.is_contiguous());
            Tensors.SameValues(gaps, dense);
        }
    }

    [Fact]
    public void A_tensor_is_brought_into_the_order_of_another()
    {
        var model = TensorMemory.ChannelsLast(Tensors.Normal(1, 2, 3, 4, 5));
        foreach (var (_, x) in Tensors.Layouts(Tensors.Normal(2, 2, 3, 4, 5)))
        {
            var ordered = TensorMemory.InOrderOf(model, x);
            Assert.Equal(model.stride(), ordered.stride());
            Tensors.SameValues(x, ordered);
        }

        Assert.Same(model, TensorMemory.InOrderOf(model, model));
        var expanded = TensorMemory.InOrderOf(model, ones(1, 1, 1, 1).expand(2, 3, 4, 5));
        Assert.Equal(120, expanded.sum().item<float>());
        Assert.Equal(model.stride(), expanded.stride());
    }
}
