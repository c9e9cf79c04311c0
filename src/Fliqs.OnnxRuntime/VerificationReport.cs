namespace Fliqs.OnnxRuntime;

/// <summary>An exported network on ONNX Runtime beside our own evaluation, which rounds with the same scales and computes in float32.</summary>
/// <param name="Images">How many were classified by both.</param>
/// <param name="Accuracy">Share of correct predictions of ours, 0 to 1.</param>
/// <param name="ExportedAccuracy">The same of the exported network.</param>
/// <param name="Agreement">Share of images for which both predict the same class by logits that are all finite.</param>
/// <param name="LargestDifference">Between any two logits, over the largest magnitude of ours.</param>
/// <param name="RuntimeVersion">Of ONNX Runtime.</param>
/// <param name="Layers">Layer by layer, in the order of computation, on the images of one batch; empty where no prediction differs.</param>
public sealed record VerificationReport(
    long Images, double Accuracy, double ExportedAccuracy, double Agreement, double LargestDifference, string RuntimeVersion,
    IReadOnlyList<LayerAgreement> Layers)
{
    /// <summary>The least agreement of a good export: values next to the middle between two codes may fall either way.</summary>
    public const double LeastAgreement = 0.999;

    private const double Departing = 1e-3;

    /// <summary>Whether the export is good.</summary>
    public bool Passed => Agreement >= LeastAgreement;

    /// <summary>The first layer of whose input more than one value in a thousand differs, or the output; null where there is none.</summary>
    public string? FirstDeparture => Layers.FirstOrDefault(l => l.Differing > Departing)?.Layer;
}
