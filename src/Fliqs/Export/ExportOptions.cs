namespace Fliqs.Export;

/// <summary>How a network is written.</summary>
public sealed record ExportOptions
{
    /// <summary>Whether a batch norm behind a layer goes into its scales and bias.</summary>
    public bool FoldNorms { get; init; } = true;

    /// <summary>Whether layers compute on integers where they can; if not, all of them compute in float32 on the same values.</summary>
    public bool Integers { get; init; } = true;

    /// <summary>
    /// Whether INT8 weights are stored as uint8 with a zero point of 128, which every processor multiplies exactly. Products of uint8
    /// activations and int8 weights saturate in ONNX Runtime on x64 processors that have AVX2 and no VNNI; TensorRT, however, asks for int8.
    /// </summary>
    public bool OffsetInt8 { get; init; } = true;
}
