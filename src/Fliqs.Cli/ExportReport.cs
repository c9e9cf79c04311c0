using Fliqs.OnnxRuntime;

namespace Fliqs.Cli;

/// <summary>An ONNX file that was written.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="FloatBytes">The size of all parameters of the network in float32.</param>
/// <param name="Opset">The version of the operator set.</param>
/// <param name="RunAccuracy">The accuracy that the run ended with, on the test images; its scales were those of every batch.</param>
/// <param name="Verification">How it compares with the network; null if that was not asked for.</param>
/// <param name="Latency">Milliseconds for an image on one thread, the median of some runs; null without a verification.</param>
internal sealed record ExportReport(
    string Path, long Bytes, long FloatBytes, int Opset, double RunAccuracy, VerificationReport? Verification, double? Latency);
