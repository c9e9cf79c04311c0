using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>The pair of number formats that a layer computes in.</summary>
/// <param name="Weight">Format of the weights, with a scale per output channel.</param>
/// <param name="Activation">Format of the layer's input, with one scale for the tensor.</param>
public sealed record LayerFormats(NumberFormat Weight, NumberFormat Activation)
{
    private const int LeastIntegerBits = 6;

    /// <summary>The same format for weights and activations.</summary>
    public LayerFormats(NumberFormat both) : this(both, both)
    {
    }

    /// <summary>
    /// Whether both are integers that runtimes compute on without loss: the bias of an integer operator is rounded to the product of the scales,
    /// which for at least 6 bits on both sides is less than a hundredth of a step of the output. Narrower weights are stored in fewer bits, which
    /// runtimes do not multiply as integers.
    /// </summary>
    internal bool AreComputedOn => AreWide(Weight) && AreWide(Activation);

    /// <summary><c>INT4</c> where both are the same, else <c>INT4/INT8</c> (weights/activations).</summary>
    public override string ToString() => Weight.Equals(Activation) ? Weight.Name : $"{Weight}/{Activation}";

    /// <summary>Whether an integer operator can have inputs and outputs of a format, see <see cref="AreComputedOn"/>.</summary>
    internal static bool AreWide(NumberFormat format) => format is IntegerFormat { Bits: >= LeastIntegerBits };
}
