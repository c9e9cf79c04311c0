using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Fliqs.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Storage;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float64, 8)]
    [InlineData(ScalarType.Float32, 4)]
    [InlineData(ScalarType.Float16, 2)]
    [InlineData(ScalarType.BFloat16, 2)]
    [InlineData(ScalarType.Int64, 8)]
    [InlineData(ScalarType.Int32, 4)]
    [InlineData(ScalarType.Int16, 2)]
    [InlineData(ScalarType.Int8, 1)]
    [InlineData(ScalarType.Byte, 1)]
    public void Every_bit_pattern_survives(ScalarType type, int elementBytes) =>
        Gen.Byte.Array[7 * elementBytes].Sample(
            pattern =>
            {
                using var tensor = empty([7], dtype: type);
                pattern.CopyTo(tensor.bytes);
                Safetensors.Write(folder["a"], new Dictionary<string, Tensor> { ["x"] = tensor });
                using var read = Safetensors.Read(folder["a"]);
                Assert.Equal(type, read.Tensors["x"].dtype);
                Assert.Equal(pattern, read.Tensors["x"].bytes.ToArray());
            },
            iter: 20, threads: 1);

    [Fact]
    public void Payloads_of_NaN_survive()
    {
        uint[] patterns = [0x7FC00000, 0xFFC00001, 0x7F800001, 0x7FABCDEF, 0xFF800000, 0x80000000, 0x00000001];
        var tensor = empty(patterns.Length);
        patterns.CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(tensor.bytes));

        var read = WriteAndRead(("x", tensor));

        Assert.Equal(tensor.bytes.ToArray(), read.Tensors["x"].bytes.ToArray());
    }

    [Fact]
    public void Truth_values_empty_tensors_and_scalars_survive()
    {
        var read = WriteAndRead(
            ("flag", tensor(new[] { true, false, true })), ("none", empty(3, 0, 2)), ("scalar", tensor(2.5f)));

        Assert.Equal([true, false, true], read.Tensors["flag"].data<bool>());
        Assert.Equal([3, 0, 2], read.Tensors["none"].shape);
        Assert.Empty(read.Tensors["scalar"].shape);
        Assert.Equal(2.5f, read.Tensors["scalar"].item<float>());
    }

    [Fact]
    public void A_tensor_that_goes_in_several_slices_survives()
    {
        var large = (arange((1 << 24) + 5) % 251).to(ScalarType.Byte);

        var read = WriteAndRead(("x", large), ("y", ones(1)));

        Assert.True(large.bytes.SequenceEqual(read.Tensors["x"].bytes));
        Assert.Equal(1, read.Tensors["y"].item<float>());
    }

    [Fact]
    public void Views_and_parameters_are_written_in_row_major_order()
    {
        var matrix = arange(6, dtype: ScalarType.Float32).reshape(2, 3);

        var read = WriteAndRead(("t", matrix.t()), ("p", new TorchSharp.Modules.Parameter(matrix.clone())));

        Assert.Equal([3, 2], read.Tensors["t"].shape);
        Assert.Equal([0, 3, 1, 4, 2, 5], read.Tensors["t"].data<float>());
        Assert.Equal([0, 1, 2, 3, 4, 5], read.Tensors["p"].data<float>());
    }

    [Fact]
    public void Order_names_and_metadata_survive()
    {
        var tensors = new OrderedDictionary<string, Tensor>
        {
            ["z.weight"] = ones(2),
            ["a"] = ones(3, dtype: ScalarType.Byte),
            ["quote\" \\ ü 層"] = ones(1, dtype: ScalarType.Int64),
        };
        Safetensors.Write(folder["a"], tensors, new Dictionary<string, string> { ["seed"] = "1", ["format"] = "p\nt" });

        using var read = Safetensors.Read(folder["a"]);

        Assert.Equal(tensors.Keys, read.Tensors.Keys);
        Assert.Equal("1", read.Metadata["seed"]);
        Assert.Equal("p\nt", read.Metadata["format"]);
        Assert.Equal(2, read.Metadata.Count);
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes_in_the_published_layout()
    {
        var tensors = new Dictionary<string, Tensor> { ["b"] = tensor(new byte[] { 1, 2 }), ["f"] = tensor(new[] { 1f }) };
        Safetensors.Write(folder["1"], tensors, new Dictionary<string, string> { ["y"] = "1", ["x"] = "2" });
        Safetensors.Write(folder["2"], tensors, new Dictionary<string, string> { ["x"] = "2", ["y"] = "1" });

        var bytes = File.ReadAllBytes(folder["1"]);
        Assert.Equal(bytes, File.ReadAllBytes(folder["2"]));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(
            """{"__metadata__":{"x":"2","y":"1"},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}"""
            + ""","f":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0, 0, 0x80, 0x3F, 1, 2], bytes[(8 + length)..]);
    }

    [Fact]
    public void The_header_alone_says_names_types_and_shapes()
    {
        Safetensors.Write(
            folder["a"], new Dictionary<string, Tensor> { ["w"] = ones(2, 3, dtype: ScalarType.BFloat16), ["s"] = tensor(1L) });

        var info = Safetensors.ReadInfo(folder["a"]);

        Assert.Equal(["w", "s"], info.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([ScalarType.BFloat16, ScalarType.Int64], info.Tensors.Select(tensor => tensor.Type));
        Assert.Equal([2, 3], info.Tensors[0].Shape);
        Assert.Equal((8, 20), (info.Tensors[0].Begin, info.Tensors[0].End));
        Assert.Empty(info.Metadata);
    }

    [Fact]
    public void A_file_without_tensors_is_sound()
    {
        var read = WriteAndRead();

        Assert.Empty(read.Tensors);
    }

    [Fact]
    public void What_cannot_be_stored_is_named_and_the_old_file_stays()
    {
        AtomicFile.WriteText(folder["a"], "old");

        var complex = Assert.Throws<ArgumentException>(() => Safetensors.Write(
            folder["a"], new Dictionary<string, Tensor> { ["x"] = zeros(2, dtype: ScalarType.ComplexFloat32) }));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(
            folder["a"], new Dictionary<string, Tensor> { ["__metadata__"] = zeros(2) }));

        Assert.Contains("ComplexFloat32", complex.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void Tensors_belong_to_the_dispose_scope_of_the_reader()
    {
        Safetensors.Write(folder["a"], new Dictionary<string, Tensor> { ["x"] = ones(2) });

        Tensor kept;
        using (NewDisposeScope())
        {
            kept = Safetensors.Read(folder["a"]).Tensors["x"];
            Assert.False(kept.IsInvalid);
        }

        Assert.True(kept.IsInvalid);
    }

    private SafetensorsContent WriteAndRead(params (string Name, Tensor Tensor)[] tensors)
    {
        Safetensors.Write(folder["a"], tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor));
        return Safetensors.Read(folder["a"]);
    }
}
