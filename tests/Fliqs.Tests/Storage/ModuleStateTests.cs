using Fliqs.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Storage;

public sealed class ModuleStateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_saved_module_comes_back_with_its_parameters_and_buffers()
    {
        var (saved, loaded) = (Module(3), Module(3));
        saved.forward(randn(4, 2, 8, 8));    // moves the statistics of the batch norm

        ModuleState.Save(saved, folder["m"], new Dictionary<string, string> { ["seed"] = "1" });
        ModuleState.Load(loaded, folder["m"]);

        var expected = saved.state_dict();
        Assert.Equal(7, expected.Count);
        Assert.Equal(1, expected["bn1.num_batches_tracked"].item<long>());
        Assert.All(loaded.state_dict(), entry =>
            Assert.Equal(expected[entry.Key].bytes.ToArray(), entry.Value.bytes.ToArray()));
        Assert.Equal("1", Safetensors.ReadInfo(folder["m"]).Metadata["seed"]);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Half_precision_is_converted_to_the_module_s_own_type(ScalarType type)
    {
        var module = nn.Linear(2, 1, hasBias: false);
        var stored = tensor(new[,] { { 1.5f, -0.25f } }).to(type);

        ModuleState.Copy(new Dictionary<string, Tensor> { ["weight"] = stored }, module, "half");

        Assert.Equal(ScalarType.Float32, module.weight!.dtype);
        Assert.Equal([1.5f, -0.25f], module.weight.data<float>());
        Assert.True(module.weight.requires_grad);
    }

    [Fact]
    public void Names_that_do_not_agree_are_counted_and_the_first_ones_listed()
    {
        var module = Module(3);
        var before = module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());
        var tensors = Enumerable.Range(1, 5).ToDictionary(i => $"extra{i}", _ => zeros(1));
        tensors["conv1.weight"] = zeros(4, 2, 3, 3);
        tensors["bn1.weight"] = zeros(3);
        tensors["bn1.num_batches_tracked"] = tensor(1f);

        var failure = Assert.Throws<InputException>(() => ModuleState.Copy(tensors, module, "weights.safetensors"));

        Assert.Equal(
            "weights.safetensors: it does not fit the model: "
            + "4 missing (conv1.bias, bn1.bias, bn1.running_mean, ...); "
            + "5 left over ('extra1', 'extra2', 'extra3', ...); "
            + "2 of another shape or type (conv1.weight is Float32 [4, 2, 3, 3], not Float32 [3, 2, 3, 3], "
            + "bn1.num_batches_tracked is Float32 [], not Int64 []). "
            + "Give the model, width and classes it was saved with.",
            failure.Message);
        Assert.All(module.state_dict(), entry => Assert.Equal(before[entry.Key], entry.Value.bytes.ToArray()));
    }

    private static nn.Module<Tensor, Tensor> Module(int channels) =>
        nn.Sequential(("conv1", nn.Conv2d(2, channels, 3)), ("bn1", nn.BatchNorm2d(channels)));
}
