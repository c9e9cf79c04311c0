namespace Fliqs.Models.Mobile;

/// <summary>What the blocks of a mobile network are.</summary>
public enum MobileBlockKind
{
    /// <summary>MobileNetV2's inverted residuals, with ReLU6.</summary>
    Mobilenet,

    /// <summary>EfficientNet's, with squeeze and excitation and SiLU.</summary>
    Efficientnet,
}
