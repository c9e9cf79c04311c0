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

    /// <summary>What a process leaves that is killed while it writes one; there is only one that writes here.</summary>
    private const string Unfinished = "step-*.safetensors.*.tmp";

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
        var path = Path.Combine(folder, $"step-{step:D8}.safetensors");
        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["state"] = text, ["digest"] = Digest(tensors, text) });

        // A later one was damaged, or the run would not have gone back before it.
        var files = Files();
        foreach (var stale in files.Except(files.Where(f => string.CompareOrdinal(f, path) <= 0).Take(Kept)).Concat(Directory.GetFiles(folder, Unfinished)))
            File.Delete(stale);
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
                return Load(file);
            }
            catch (Exception e) when (e is InputException or IOException or JsonException)
            {
                onDamaged(e.Message);
            }
        }

        return null;
    }

    private static (SafetensorsContent Content, JsonNode State) Load(string file)
    {
        using var scope = NewDisposeScope();
        var content = Safetensors.Read(file);
        var text = content.Metadata.GetValueOrDefault("state") ?? throw new InputException($"{file}: holds no state of a run");
        if (Digest(content.Tensors, text) != content.Metadata.GetValueOrDefault("digest"))
            throw new InputException($"{file}: its content has changed since it was written");
        var state = JsonNode.Parse(text)!;
        scope.MoveToOuter(content.Tensors.Values);
        return (content, state);
    }

    private List<string> Files() => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "step-*.safetensors").OrderByDescending(f => f, StringComparer.Ordinal)]
        : [];

    private static string Digest(IReadOnlyDictionary<string, Tensor> tensors, string state)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(state));
            foreach (var (name, tensor) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                stream.Write(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} [{string.Join(',', tensor.shape)}]\n"));
                TensorData.Write(stream, tensor);
            }
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }
}
