using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>A safetensors file in memory. Disposing it frees the tensors.</summary>
/// <param name="Tensors">Tensor by name, on the CPU, in the type of the file, in the order of the header.</param>
/// <param name="Metadata">Free text by key, empty where the file has none.</param>
public sealed record SafetensorsContent(
    IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }
}
