using Fliqs.Models;

namespace Fliqs.Export;

/// <summary>Turns a network into ONNX: standard operators only, with the rounding of the formats that its layers have.</summary>
public static class OnnxExport
{
    /// <summary>The ONNX form of a network.</summary>
    /// <param name="model">Every layer has its formats and its <see cref="Quantization.QuantizedLayer.InputScale"/>, see <see cref="Calibration"/>. Where it is
    /// written for integers, its biases, or the offsets of norms, are rounded to what these can add: multiples of the product of the scales of input and weight.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <param name="options">How it is written; null for the defaults.</param>
    /// <exception cref="InputException">A module cannot say what it computes, a layer has no scale, or a format cannot be exported.</exception>
    public static OnnxNetwork Create(
        QuantizedModel model, IReadOnlyDictionary<string, string>? metadata = null, ExportOptions? options = null) =>
        new OnnxWriter(model, options ?? new ExportOptions()).Write(metadata ?? new Dictionary<string, string>());
}
