using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>A network with a second classifier that only helps training.</summary>
internal interface IAuxiliaryClassifier
{
    /// <summary>Logits [N, classes] of the last forward pass if that was in training, else null.</summary>
    Tensor? AuxiliaryLogits { get; }
}
