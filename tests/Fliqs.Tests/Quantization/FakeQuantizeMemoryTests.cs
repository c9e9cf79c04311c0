using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

/// <summary>Alone, because it counts every tensor of the process.</summary>
[CollectionDefinition(nameof(FakeQuantizeMemoryTests), DisableParallelization = true)]
[Collection(nameof(FakeQuantizeMemoryTests))]
public sealed class FakeQuantizeMemoryTests
{
    [Fact]
    public void Steps_leave_no_tensor_and_no_native_memory_behind()
    {
        using var weight = Tensors.Normal(1, 16, 16, 3, 3).requires_grad_();
        using var input = Tensors.Normal(2, 8, 16, 32, 32);
        Steps(20);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (tensors, memory) = (Tensor.TotalCount, Environment.WorkingSet);
        Steps(500);
        Assert.Equal(tensors, Tensor.TotalCount);
        // One input kept alive in every step would be 250 MB.
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, 80L << 20);

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                var w = FakeQuantize.PerRow(weight, NumberFormat.Int4, ScaleRule.MaxAbs);
                var x = FakeQuantize.PerTensor(input.detach().requires_grad_(), NumberFormat.Int4, ScaleRule.LeastSquares);
                (x.mean() * w.mean()).backward();
                weight.grad = null;
            }
        }
    }
}
