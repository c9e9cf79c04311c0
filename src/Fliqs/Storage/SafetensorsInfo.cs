namespace Fliqs.Storage;

/// <summary>The header of a safetensors file: all there is to know without reading the data.</summary>
/// <param name="Tensors">The tensors in the order of the header.</param>
/// <param name="Metadata">Free text by key, empty where the file has none.</param>
public sealed record SafetensorsInfo(IReadOnlyList<TensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata);
