using Fliqs.Models;
using Fliqs.Models.Layers;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Layers;

public sealed class KeyedDropoutTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly FusedBatchNorm2d clock = new(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_share_is_dropped_and_the_rest_scaled_up()
    {
        var dropped = new KeyedDropout(0.25, clock).forward(ones(100, 100));
        var zeros = dropped.eq(0).sum().item<long>();
        Assert.InRange(zeros, 2300, 2700);
        Assert.Equal(10000 - zeros, dropped.eq((float)(4 / 3.0)).sum().item<long>());
    }

    [Fact]
    public void Evaluation_drops_nothing()
    {
        var dropout = new KeyedDropout(0.5, clock);
        dropout.eval();
        Assert.Equal(100, dropout.forward(ones(10, 10)).sum().item<float>());
    }

    [Fact]
    public void The_mask_is_that_of_the_batch()
    {
        var dropout = new KeyedDropout(0.5, clock);
        var first = dropout.forward(ones(10, 10));
        Tensors.SameBits(first, dropout.forward(ones(10, 10)));
        clock.forward(ones(2, 1, 2, 2));
        Assert.False(first.allclose(dropout.forward(ones(10, 10))));
    }

    /// <summary>A resumed run has the network's state and nothing else.</summary>
    [Fact]
    public void A_network_that_takes_up_the_state_of_another_drops_what_that_would_have()
    {
        var spec = new ModelSpec("mobilenet_v2", 5, 1, 8, 0.125, Stem: Stem.Small);
        using var first = ModelCatalog.Create(spec);
        using var second = ModelCatalog.Create(spec);
        var x = Tensors.Normal(1, 4, 1, 8, 8);
        for (var i = 0; i < 3; i++)
            first.Network.forward(x);
        second.Network.load_state_dict(first.Network.state_dict());
        Tensors.SameBits(first.Network.forward(x), second.Network.forward(x));
    }
}
