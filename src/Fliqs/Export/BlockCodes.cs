using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>The weights of a layer in blocks: weight = element * block scale * scale of the tensor.</summary>
/// <param name="Format">The format.</param>
/// <param name="Elements">[rows, blocks, block size], values of the element format; what fills up the last block of a row is 0.</param>
/// <param name="BlockScales">[rows, blocks].</param>
/// <param name="Scale">Of the tensor.</param>
/// <param name="Rows">Rows that are cut into blocks, each by itself.</param>
/// <param name="Length">Weights of a row, in the order height, width, inputs.</param>
internal sealed record BlockCodes(BlockFormat Format, float[] Elements, float[] BlockScales, float Scale, int Rows, int Length)
{
    private const int ExponentBias = 127;
    private const int FractionBits = 6;

    /// <summary>Blocks of a row.</summary>
    public int Blocks => BlockScales.Length / Rows;

    /// <summary>
    /// The bits of <see cref="BlockScales"/> by their specification: E4M3, or E8M0, in units of which the elements of MXINT8 are fractions
    /// (OCP Microscaling 1.0, 5.3.4: an implicit factor of 2^-6).
    /// </summary>
    public byte[] Patterns => Format.ScaleFormat is MiniFloatFormat scale
        ? WeightStorage.SignMagnitude(scale, BlockScales)
        : Array.ConvertAll(BlockScales, s => (byte)(Math.ILogB(s) + ExponentBias + (Format.Element is IntegerFormat ? FractionBits : 0)));

    /// <summary>The codes of a layer with the scales that it computes with.</summary>
    public static BlockCodes Of(QuantizedLayer layer)
    {
        var format = (BlockFormat)layer.Formats.Weight;
        using var scope = NewDisposeScope();
        var host = layer.weight.detach().cpu();
        var outputs = (int)host.shape[0];
        var scales = Scales.Find(TensorMemory.Dense(host), format, layer.ScaleRule, outputs);
        var image = host.dim() == 4;
        var values = ChannelAffine.Values(image ? host.permute(0, 2, 3, 1) : host);
        var rows = outputs == 1 && image ? (int)(host.shape[2] * host.shape[3]) : outputs;     // as Rounding.RowScales has them
        var length = values.Length / rows;
        var (blocks, size) = ((length + format.BlockSize - 1) / format.BlockSize, format.BlockSize);
        var elements = new float[rows * blocks * size];
        var blockScales = new float[rows * blocks];
        for (var row = 0; row < rows; row++)
        {
            var part = values.AsSpan(row * length, length);
            var units = format.BlockScales(part, scales[0]);
            units.CopyTo(blockScales, row * blocks);
            for (var block = 0; block < blocks; block++)
            {
                var source = part[(block * size)..Math.Min((block + 1) * size, length)];
                WeightCodes.RoundToCodes(
                    format.Element, source, elements.AsSpan(((row * blocks) + block) * size, source.Length), units[block] * scales[0]);
            }
        }

        return new(format, elements, blockScales, scales[0], rows, length);
    }
}
