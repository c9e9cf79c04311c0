using Fliqs.Config;
using Fliqs.Models;
using Fliqs.Storage;
using Fliqs.Tests.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Config;

public sealed class PublishedWeightsTests : IDisposable
{
    private static readonly ModelSpec Small = new("resnet18", 10, 3, 32, 0.0625);
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_file_of_another_program_goes_into_resnet18_and_back_byte_for_byte()
    {
        var written = Resnet18().Select((t, i) => (t.Name, t.Type, t.Shape, Data: Bytes(t.Type, i, t.Shape))).ToList();
        Assert.Equal(11_689_512 + 9_600, written.Where(t => t.Type == "F32").Sum(t => t.Data.Length / 4));    // with the running statistics
        ForeignFile.Write(folder["foreign"], written);
        using var model = ModelCatalog.Create(new ModelSpec("resnet18", 1000, 3, 224));
        Assert.Empty(PublishedWeights.Load(model, folder["foreign"]));

        ModuleState.Save(model.Network, folder["ours"]);
        var read = ForeignFile.Read(folder["ours"]);
        Assert.Equal(written.Select(t => t.Name).Order(), read.Keys.Order());
        Assert.All(written, t => Assert.True(t.Data.AsSpan().SequenceEqual(read[t.Name]), t.Name));
    }

    [Fact]
    public void Names_that_are_missing_or_left_over_are_listed_and_nothing_is_taken()
    {
        using var model = ModelCatalog.Create(Small);
        var tensors = Clone(model);
        tensors["layer5.weight"] = zeros(1);
        foreach (var name in new[] { "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean" })
            tensors.Remove(name);
        tensors["fc.bias"] = full(10, 7f);
        Safetensors.Write(folder["w"], tensors);
        var before = Clone(model);

        var message = Assert.Throws<InputException>(() => PublishedWeights.Load(model, folder["w"])).Message;
        Assert.Contains("4 missing (conv1.weight, bn1.weight, bn1.bias, ...); 1 left over ('layer5.weight')", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.All(before, t => Assert.Equal(t.Value.bytes.ToArray(), model.Network.state_dict()[t.Key].contiguous().bytes.ToArray()));
    }

    [Theory]
    [InlineData("resnet18", "fc")]
    [InlineData("mobilenet_v2", "classifier.1")]
    [InlineData("efficientnet_b0", "classifier")]
    [InlineData("deit_tiny", "head")]
    public void A_classifier_of_another_number_of_classes_begins_anew_and_is_named(string name, string classifier)
    {
        var spec = new ModelSpec(name, 7, 3, 32, name == "deit_tiny" ? 16 : 0.125);
        using var theirs = ModelCatalog.Create(spec);
        using var model = ModelCatalog.Create(spec with { Classes = 10 });
        ModuleState.Save(theirs.Network, folder["w"]);
        var own = model.Network.state_dict()[classifier + ".weight"].clone();

        Assert.Equal(
            $"{folder["w"]}: '{classifier}' is for 7 classes, not 10; it begins with new weights",
            Assert.Single(PublishedWeights.Load(model, folder["w"])));
        var state = model.Network.state_dict();
        Assert.All(theirs.Network.state_dict().Where(t => !t.Key.StartsWith(classifier, StringComparison.Ordinal)), t =>
            Assert.True(t.Value.eq(state[t.Key]).all().item<bool>(), t.Key));
        Assert.True(own.eq(state[classifier + ".weight"]).all().item<bool>());
    }

    [Fact]
    public void A_classifier_that_differs_otherwise_is_refused()
    {
        using var model = ModelCatalog.Create(Small);
        var tensors = Clone(model);
        tensors["fc.weight"] = zeros(5, 31);
        Safetensors.Write(folder["w"], tensors);
        Assert.Contains(
            "fc.weight is Float32 [5, 31], not Float32 [10, 32]",
            Assert.Throws<InputException>(() => PublishedWeights.Load(model, folder["w"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_files_without_counts_of_batches_are_taken()
    {
        using var model = ModelCatalog.Create(Small);
        var tensors = Clone(model).Where(t => !t.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToDictionary();
        Safetensors.Write(folder["w"], tensors);
        Assert.Empty(PublishedWeights.Load(model, folder["w"]));
    }

    [Fact]
    public void An_auxiliary_head_is_taken_by_a_network_that_has_one_and_left_out_by_others()
    {
        var spec = new ModelSpec("inception_v3", 10, 3, 299, 0.0625, Aux: true);
        using var theirs = ModelCatalog.Create(spec);
        ModuleState.Save(theirs.Network, folder["w"]);
        using var with = ModelCatalog.Create(spec);
        using var without = ModelCatalog.Create(spec with { Aux = false });
        using var fewer = ModelCatalog.Create(spec with { Classes = 4 });

        Assert.Empty(PublishedWeights.Load(with, folder["w"]));
        Assert.Contains("auxiliary head is left out, --aux takes it", Assert.Single(PublishedWeights.Load(without, folder["w"])), StringComparison.Ordinal);
        Assert.Equal(2, PublishedWeights.Load(fewer, folder["w"]).Count);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_refused_by_name(float value)
    {
        using var model = ModelCatalog.Create(Small);
        var tensors = Clone(model);
        tensors["layer2.0.bn1.running_var"][2] = value;
        Safetensors.Write(folder["w"], tensors);
        Assert.Contains(
            "'layer2.0.bn1.running_var' holds numbers that are not finite",
            Assert.Throws<InputException>(() => PublishedWeights.Load(model, folder["w"])).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Tensor> Clone(QuantizedModel model) =>
        model.Network.state_dict().ToDictionary(t => t.Key, t => t.Value.detach().contiguous().clone());

    private static byte[] Bytes(string type, int key, long[] shape) => type == "I64"
        ? BitConverter.GetBytes((long)key)
        : ForeignFile.Numbers(key, shape.Aggregate(1L, (a, b) => a * b));

    /// <summary>torchvision's resnet18: names and shapes.</summary>
    private static IEnumerable<(string Name, string Type, long[] Shape)> Resnet18()
    {
        foreach (var t in ConvNorm("conv1", "bn1", 64, 3, 7))
            yield return t;
        for (var stage = 1; stage <= 4; stage++)
        {
            var width = 32L << stage;
            for (var block = 0; block < 2; block++)
            {
                var inputs = block == 0 && stage > 1 ? width / 2 : width;
                var prefix = $"layer{stage}.{block}.";
                foreach (var t in ConvNorm(prefix + "conv1", prefix + "bn1", width, inputs, 3).Concat(ConvNorm(prefix + "conv2", prefix + "bn2", width, width, 3)))
                    yield return t;
                foreach (var t in inputs == width ? [] : ConvNorm(prefix + "downsample.0", prefix + "downsample.1", width, inputs, 1))
                    yield return t;
            }
        }

        yield return ("fc.weight", "F32", [1000, 512]);
        yield return ("fc.bias", "F32", [1000]);
    }

    private static IEnumerable<(string Name, string Type, long[] Shape)> ConvNorm(string conv, string norm, long outputs, long inputs, long kernel) =>
    [
        (conv + ".weight", "F32", [outputs, inputs, kernel, kernel]),
        .. new[] { "weight", "bias", "running_mean", "running_var" }.Select(n => ($"{norm}.{n}", "F32", new[] { outputs })),
        (norm + ".num_batches_tracked", "I64", []),
    ];
}
