using Fliqs.Config;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Tests.Storage;

namespace Fliqs.Tests.Config;

public sealed class AssignmentFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"conv1": {"weight": "INT8", "activation": "int4"}, "fc": {"weight": "E4M3", "activation": "E4M3"}}""")]
    [InlineData("""{"accuracy": 0.9, "assignment": {"conv1": {"weight": "INT8", "activation": "INT4"}, "fc": {"weight": "E4M3", "activation": "E4M3"}}, "layers": []}""")]
    public void Layers_are_read_from_a_bare_object_and_from_a_result(string json)
    {
        var formats = Read(json);
        Assert.Equal(["conv1", "fc"], formats.Keys);
        Assert.Equal(new LayerFormats(NumberFormat.Int8, NumberFormat.Int4), formats["conv1"]);
        Assert.Equal(new LayerFormats(NumberFormat.E4M3), formats["fc"]);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "has to be an object")]
    [InlineData("null", "has to be an object")]
    [InlineData("3", "has to be an object")]
    [InlineData("""{"conv1": "INT8"}""", "'conv1' names no known format for 'weight'")]
    [InlineData("""{"conv1": null}""", "'conv1' names no known format for 'weight'")]
    [InlineData("""{"conv1": {"weight": "INT8"}}""", "'conv1' names no known format for 'activation'")]
    [InlineData("""{"conv1": {"weight": "INT8", "activation": 4}}""", "'conv1' names no known format for 'activation'")]
    [InlineData("""{"conv1": {"weight": "INT99", "activation": "INT8"}}""", "'conv1' names no known format for 'weight'")]
    [InlineData("""{"assignment": [1]}""", "'assignment' names no known format")]
    [InlineData("""{"a": {"weight": "INT8", "activation": "INT8"}, "a": {"weight": "INT4", "activation": "INT4"}}""", "not JSON")]
    public void What_is_wrong_in_a_file_is_said_with_file_and_layer(string json, string what)
    {
        var e = Assert.Throws<InputException>(() => Read(json));
        Assert.StartsWith(folder["a.json"], e.Message);
        Assert.Contains(what, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_file_that_is_missing_or_a_folder_is_refused_by_name()
    {
        Assert.StartsWith(folder["none"], Assert.Throws<InputException>(() => AssignmentFile.Read(folder["none"])).Message);
        Directory.CreateDirectory(folder["d"]);
        Assert.StartsWith(folder["d"], Assert.Throws<InputException>(() => AssignmentFile.Read(folder["d"])).Message);
    }

    private IReadOnlyDictionary<string, LayerFormats> Read(string json)
    {
        File.WriteAllText(folder["a.json"], json);
        return AssignmentFile.Read(folder["a.json"]);
    }
}
