using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>The pair of number formats that a layer computes in.</summary>
/// <param name="Weight">Format of the weights, with a scale per output channel.</param>
/// <param name="Activation">Format of the layer's input, with one scale for the tensor.</param>
public sealed record LayerFormats(NumberFormat Weight, NumberFormat Activation)
{
    /// <summary>The same format for weights and activations.</summary>
    public LayerFormats(NumberFormat both) : this(both, both)
    {
    }

    /// <summary><c>INT4</c> where both are the same, else <c>INT4/INT8</c> (weights/activations).</summary>
    public override string ToString() => Weight.Equals(Activation) ? Weight.Name : $"{Weight}/{Activation}";
}
