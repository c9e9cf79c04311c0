using Fliqs.Space;

namespace Fliqs.Config;

/// <summary>
/// Formats of single layers as they are written: <c>conv1=INT8</c>, with <c>*</c> for any letters in the name of the layer,
/// <c>layer1.*=INT4</c>, and weights and activations apart, <c>fc=INT4/INT8</c>.
/// </summary>
/// <param name="Text">As it was written.</param>
/// <param name="Layer">The name of a layer, or a pattern.</param>
/// <param name="Formats">What the layers get.</param>
public sealed record LayerOverride(string Text, string Layer, LayerFormats Formats)
{
    /// <summary>Reads an override.</summary>
    /// <exception cref="InputException">It has another form, or names no format.</exception>
    public static LayerOverride Parse(string text)
    {
        if (text.Split('=') is not [{ Length: > 0 } layer, { Length: > 0 } formats] || formats.Split('/') is not { Length: 1 or 2 } sides)
            throw new InputException(
                $"--override {text}: write it as LAYER=FORMAT or LAYER=WEIGHTS/ACTIVATIONS, conv1=INT8 or layer1.*=INT4/INT8 for instance");
        return new LayerOverride(text, layer, new LayerFormats(ConfiguredModel.Format(sides[0]), ConfiguredModel.Format(sides[^1])));
    }

    /// <summary>Puts the formats in place of those of all layers that are meant.</summary>
    /// <exception cref="InputException">There is no such layer.</exception>
    public void Apply(IDictionary<string, LayerFormats> formats)
    {
        foreach (var name in LayerPattern.Find(Layer, formats.Keys, $"--override {Text}"))
            formats[name] = Formats;
    }
}
