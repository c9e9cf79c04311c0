using System.Text;
using System.Text.Json.Nodes;
using Fliqs.Storage;
using static TorchSharp.torch;

namespace Fliqs.Tests.Storage;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder root = new();
    private readonly List<string> notes = [];
    private readonly CheckpointFolder checkpoints;

    public CheckpointFolderTests() => checkpoints = new CheckpointFolder(root["checkpoint"]);

    public void Dispose() => root.Dispose();

    [Fact]
    public void Gives_back_tensors_and_state_as_they_were_saved()
    {
        Save(7, "größer \"quoted\"", 1.5f, -0.0f, float.NaN);

        var (content, state) = checkpoints.LoadLatest(notes.Add)!.Value;

        using (content)
        {
            Assert.Equal(["w", "count", "none"], content.Tensors.Keys);
            Assert.Equal([1.5f, -0.0f, float.NaN], content.Tensors["w"].data<float>().ToArray());
            Assert.Equal(42, content.Tensors["count"].item<long>());
        }

        Assert.Equal(7, state["step"]!.GetValue<int>());
        Assert.Equal("größer \"quoted\"", state["note"]!.GetValue<string>());
        Assert.Empty(notes);
    }

    [Fact]
    public void Keeps_the_last_two()
    {
        foreach (var step in new[] { 9, 10, 11, 100_000 })
        {
            Save(step);
            File.WriteAllText(root[$"checkpoint/step-{step:D8}.safetensors.{Guid.NewGuid():N}.tmp"], "killed while it was written");
        }

        Save(100_000);
        Assert.Equal(["step-00000011.safetensors", "step-00100000.safetensors"], Names());
        Assert.Equal(100_000, LoadedStep());
    }

    [Fact]
    public void A_folder_that_is_not_there_or_empty_holds_none()
    {
        Assert.Null(checkpoints.LoadLatest(notes.Add));
        Directory.CreateDirectory(root["checkpoint"]);
        Assert.Null(checkpoints.LoadLatest(notes.Add));
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(0.5)]
    [InlineData(-1)]
    public void A_truncated_file_is_passed_over_for_the_one_before(double length)
    {
        Save(1);
        Save(2);
        var bytes = File.ReadAllBytes(PathOf(2));
        File.WriteAllBytes(PathOf(2), bytes[..(int)(length < 0 ? bytes.Length - 1 : length < 1 ? bytes.Length * length : length)]);

        Assert.Equal(1, LoadedStep());
        Assert.Contains("step-00000002", Assert.Single(notes));
    }

    [Fact]
    public void A_changed_byte_anywhere_is_noticed_unless_it_says_the_same()
    {
        Save(1, "a", 1, 2, 3);
        var bytes = File.ReadAllBytes(PathOf(1));
        var whole = Describe()!;
        var spaces = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(PathOf(1), changed);

            // the padding of the header may hold any kind of white space
            var loaded = Describe();
            Assert.True(loaded is null || (loaded == whole && bytes[i] is (byte)' ' && ++spaces <= 8), $"byte {i}");
        }
    }

    [Theory]
    [InlineData("\"F32\",\"shape\":[3]", "\"I32\",\"shape\":[3]")]
    [InlineData("\"F32\",\"shape\":[3]", "\"F32\",\"shape\":[3,1]")]
    [InlineData("\"shape\":[1]", "\"shape\":[]")]
    [InlineData("\"w\"", "\"v\"")]
    public void Another_name_type_or_shape_of_the_same_bytes_is_noticed(string was, string becomes)
    {
        Save(1, "a", 1, 2, 3);
        var bytes = File.ReadAllBytes(PathOf(1));
        var length = 8 + (int)BitConverter.ToInt64(bytes);
        var header = Encoding.UTF8.GetString(bytes[8..length]);
        Assert.Contains(was, header);
        var changed = header.Replace(was, becomes).TrimEnd().PadRight(header.Length + 8);
        File.WriteAllBytes(PathOf(1), [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(changed)), .. Encoding.UTF8.GetBytes(changed), .. bytes[length..]]);

        Assert.Null(Describe());
        Assert.Contains("changed", Assert.Single(notes));
    }

    [Fact]
    public void Files_of_another_make_are_passed_over()
    {
        Save(1);
        File.WriteAllText(PathOf(2), "{\"step\": 2}");
        using (var tensor = ones(3))
            Safetensors.Write(PathOf(3), new Dictionary<string, Tensor> { ["w"] = tensor });
        using (var tensor = ones(3))
            Safetensors.Write(PathOf(4), new Dictionary<string, Tensor> { ["w"] = tensor }, new Dictionary<string, string> { ["state"] = "{" });

        Assert.Equal(1, LoadedStep());
        Assert.Equal(3, notes.Count);
    }

    [Fact]
    public void Where_none_is_sound_there_is_none()
    {
        Save(1);
        Save(2);
        foreach (var step in new[] { 1, 2 })
            File.WriteAllText(PathOf(step), "");
        Assert.Null(checkpoints.LoadLatest(notes.Add));
        Assert.Equal(2, notes.Count);
    }

    [Fact]
    public void After_going_back_to_an_earlier_step_the_damaged_later_one_does_not_count()
    {
        foreach (var step in new[] { 40, 50 })
            Save(step);
        File.WriteAllText(PathOf(50), "torn");
        Assert.Equal(40, LoadedStep());

        Save(45);
        Assert.Equal(["step-00000040.safetensors", "step-00000045.safetensors"], Names());
        Save(48);
        Assert.Equal(["step-00000045.safetensors", "step-00000048.safetensors"], Names());
    }

    private void Save(int step, string note = "", params float[] values)
    {
        using var scope = NewDisposeScope();
        checkpoints.Save(
            step, new Dictionary<string, Tensor> { ["w"] = tensor(values), ["count"] = tensor(new[] { 42L }), ["none"] = zeros(0, 3) },
            new JsonObject { ["step"] = step, ["note"] = note });
    }

    private string? Describe()
    {
        if (checkpoints.LoadLatest(notes.Add) is not { } latest)
            return null;
        using (latest.Content)
        {
            return latest.State.ToJsonString() + string.Join(';', latest.Content.Tensors.Select(t =>
                $"{t.Key} {t.Value.dtype} [{string.Join(',', t.Value.shape)}] {Convert.ToHexString(t.Value.bytes)}"));
        }
    }

    private int LoadedStep()
    {
        var (content, state) = checkpoints.LoadLatest(notes.Add)!.Value;
        content.Dispose();
        return state["step"]!.GetValue<int>();
    }

    private string PathOf(int step) => Path.Combine(root["checkpoint"], $"step-{step:D8}.safetensors");

    private string[] Names() => [.. Directory.GetFiles(root["checkpoint"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
