using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>
/// The last two checkpoints of a run, one safetensors file each, <c>step-00000420.safetensors</c>, with the state of the run as
/// JSON among its metadata and a digest over both. A file that was cut or changed is told apart from a good one.
/// </summary>
public sealed class CheckpointFolder
{
    private const int Kept = 2;
    private readonly string folder;

    /// <summary>The folder <paramref name="folder"/>, which is made when the first checkpoint is saved.</summary>
    public CheckpointFolder(string folder) => this.folder = folder;

    /// <summary>Saves a checkpoint and removes all but the last two.</summary>
    /// <param name="step">Steps taken; names the file.</param>
    /// <param name="tensors">Tensor by name.</param>
    /// <param name="state">Everything else.</param>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public void Save(int step, IReadOnlyDictionary<string, Tensor> tensors, JsonObject state)
    {
        Directory.CreateDirectory(folder);
        var text = state.ToJsonString(JsonFormat.Compact);
        Safetensors.Write(
            Path.Combine(folder, $"step-{step:D8}.safetensors"), tensors,
            new Dictionary<string, string> { ["state"] = text, ["digest"] = Digest(tensors, text) });
        foreach (var old in Files().Skip(Kept))
            File.Delete(old);
    }

    /// <summary>The newest sound checkpoint: its tensors, which the caller disposes, and the state of the run.</summary>
    /// <param name="onDamaged">Is told of every damaged file that is passed over.</param>
    /// <returns>Null if there is none.</returns>
    public (SafetensorsContent Content, JsonNode State)? LoadLatest(Action<string> onDamaged)
    {
        foreach (var file in Files())
        {
            try
            {
                var content = Safetensors.Read(file);
                var text = content.Metadata.GetValueOrDefault("state") ?? throw new InputException($"{file}: holds no state of a run");
                if (Digest(content.Tensors, text) != content.Metadata.GetValueOrDefault("digest"))
                    throw new InputException($"{file}: its content has changed since it was written");
                return (content, JsonNode.Parse(text)!);
            }
            catch (Exception e) when (e is InputException or IOException or JsonException)
            {
                onDamaged(e.Message);
            }
        }

        return null;
    }

    private List<string> Files() => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "step-*.safetensors").OrderByDescending(f => f, StringComparer.Ordinal)]
        : [];

    private static string Digest(IReadOnlyDictionary<string, Tensor> tensors, string state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(state));
        foreach (var (name, tensor) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            using var host = tensor.detach().cpu().contiguous();
            hash.AppendData(host.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
