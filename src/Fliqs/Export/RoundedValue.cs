namespace Fliqs.Export;

/// <summary>A value of an ONNX graph after rounding to a format.</summary>
/// <param name="Name">The rounded value, float32, over its unit.</param>
/// <param name="Codes">The same as codes, where the graph has them; else the rounded value itself.</param>
/// <param name="CodeScale">What <paramref name="Codes"/> are multiplied with to give the rounded value.</param>
/// <param name="Unit">What <paramref name="Name"/> is multiplied with to give the rounded value: 1, or the scale where it is codes.</param>
internal sealed record RoundedValue(string Name, string Codes, float CodeScale, float Unit = 1);
