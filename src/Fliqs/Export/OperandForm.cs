namespace Fliqs.Export;

/// <summary>What an exported layer computes on.</summary>
internal enum OperandForm
{
    /// <summary>Rounded values, float32.</summary>
    Values,

    /// <summary>Codes as float32, whose products and sums are exact in any order; the result is scaled.</summary>
    Codes,

    /// <summary>Integers behind DequantizeLinear, of which a runtime makes an integer operator.</summary>
    Integers,
}
