using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Fliqs.Tests.Models;

public sealed class ModelConversionTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>Converts, and checks what has to hold of every conversion: the same outputs, names, parameters and order.</summary>
    private static (QuantizedModel Model, Dictionary<string, string> Kept) Convert(Network network, params long[] shape)
    {
        network.eval();
        var x = Tensors.Normal(1, [3, .. shape]);
        var expected = network.forward(x);
        var state = network.state_dict();
        var parameters = network.named_parameters().Select(p => (p.name, p.parameter.Handle)).ToList();
        var modules = network.named_modules().Select(m => m.name).ToList();

        var (converted, kept) = ModelConversion.Quantize(network);
        // The layers that were replaced are gone now; their parameters must not go with them.
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Tensors.Near(expected, converted.forward(x));
        Assert.Equal(state.Keys, converted.state_dict().Keys);
        Assert.Equal(parameters, converted.named_parameters().Select(p => (p.name, p.parameter.Handle)));
        Assert.Equal(modules, converted.named_modules().Select(m => m.name));
        Assert.All(converted.modules(), m => Assert.False(m.training));
        return (new QuantizedModel(converted, shape), kept.ToDictionary(k => k.Name, k => k.Reason));
    }

    [Fact]
    public void Layers_in_fields_and_sequentials_are_replaced_and_the_others_named()
    {
        var (model, kept) = Convert(new UserNetwork(), 2, 8, 8);
        using (model)
        {
            Assert.Equal(["stem", "body.depthwise", "body.inner.point", "head"], model.Layers.Select(l => l.Name));
            Assert.Equal(["body.inner.point"], model.Layers.Where(l => l.Layer.NonNegativeInput).Select(l => l.Name));
            Assert.Equal(["reflected", "typed"], kept.Keys.Order());
            Assert.Contains("Conv2d", kept["typed"], StringComparison.Ordinal);
            Assert.Contains("Reflect", kept["reflected"], StringComparison.Ordinal);
            Assert.Equal(4 * 9 * 64, model.Shapes[1].Macs);
        }
    }

    [Fact]
    public void What_was_converted_trains_in_low_precision()
    {
        random.manual_seed(3);
        var (model, _) = Convert(new UserNetwork(), 2, 8, 8);
        using (model)
        {
            model.ApplyUniform(new LayerFormats(NumberFormat.Int4));
            model.Network.train();
            var (x, labels) = (Tensors.Normal(1, 12, 2, 8, 8), arange(12, int64) % 3);
            var optimizer = optim.Adam(model.Network.parameters(), 0.02);
            var losses = Enumerable.Range(0, 40).Select(_ =>
            {
                optimizer.zero_grad();
                var loss = nn.functional.cross_entropy(model.Network.forward(x), labels);
                loss.backward();
                optimizer.step();
                return loss.item<float>();
            }).ToList();
            Assert.All(model.Network.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
            Assert.True(losses[^1] < 0.6 * losses[0], $"{losses[0]} to {losses[^1]}");
        }
    }

    [Fact]
    public void A_sequential_is_made_anew_with_what_is_known_of_signs()
    {
        var (model, kept) = Convert(
            nn.Sequential(
                nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Dropout2d(0.1), nn.Conv2d(4, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Identity(),
                nn.Flatten(), nn.Linear(4, 4), nn.Linear(4, 2)), 2, 8, 8);
        using (model)
        {
            Assert.Empty(kept);
            Assert.Equal(["0", "3", "8", "9"], model.Layers.Select(l => l.Name));
            Assert.Equal([false, true, true, false], model.Layers.Select(l => l.Layer.NonNegativeInput));
        }
    }

    [Fact]
    public void Padding_by_name_is_understood_or_named()
    {
        var (model, kept) = Convert(
            nn.Sequential(nn.Conv2d(2, 2, 3, padding: Padding.Valid), nn.Conv2d(2, 2, 3, padding: Padding.Same)), 2, 8, 8);
        using (model)
        {
            Assert.Equal(["0"], model.Layers.Select(l => l.Name));
            Assert.Contains("same", Assert.Single(kept).Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Layers_in_lists_and_dictionaries_are_replaced_where_the_element_type_allows()
    {
        var (model, kept) = Convert(new UserLists(), 4);
        using (model)
        {
            Assert.Equal(["layers.0", "layers.2", "named.first", "named.last"], model.Layers.Select(l => l.Name));
            Assert.Equal(["narrow.0"], kept.Keys);
            model.ApplyUniform(new LayerFormats(NumberFormat.Int2));
            var x = Tensors.Normal(1, 3, 4);
            var coarse = model.Network.forward(x);
            model.ApplyUniform(new LayerFormats(NumberFormat.Fp32));
            Assert.True((coarse - model.Network.forward(x)).abs().max().item<float>() > 1e-4);
        }
    }

    [Fact]
    public void A_layer_in_two_places_stays_one_layer_and_is_named()
    {
        var (model, kept) = Convert(new UserShared(), 4);
        using (model)
        {
            Assert.Equal(["head"], model.Layers.Select(l => l.Name));
            Assert.Equal(["first", "second.again"], kept.Keys.Order());
            Assert.All(kept.Values, reason => Assert.Contains("more than one place", reason, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Converting_twice_changes_nothing()
    {
        var (first, _) = ModelConversion.Quantize(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2)));
        using (first)
        {
            var (second, kept) = ModelConversion.Quantize(first);
            Assert.Same(first, second);
            Assert.Empty(kept);
        }
    }
}
