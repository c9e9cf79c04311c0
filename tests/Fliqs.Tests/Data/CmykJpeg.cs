namespace Fliqs.Tests.Data;

/// <summary>Writes the smallest JPEG file of four inks, as programs for print do: 8x8 pixels of one colour.</summary>
internal static class CmykJpeg
{
    /// <summary>The inks from 0 to 255; the file holds their complements, as is usual.</summary>
    public static byte[] Plain(byte cyan, byte magenta, byte yellow, byte black)
    {
        var bits = "";
        foreach (var ink in new[] { cyan, magenta, yellow, black })
        {
            // With a quantizer of 8 the mean of a block is its first coefficient.
            var mean = 127 - ink;
            var length = mean == 0 ? 0 : (int)Math.Log2(Math.Abs(mean)) + 1;
            bits += Bits(length, 4) + Bits(mean > 0 ? mean : mean + (1 << length) - 1, length) + "0";
        }
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        var data = bits.Chunk(8).Select(b => Convert.ToByte(new string(b), 2)).SelectMany(b => b == 255 ? new byte[] { 255, 0 } : [b]);
        return
        [
            0xFF, 0xD8,
            0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
            0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
            // lengths 0 to 8 with four bits each, and "nothing more" with one bit
            0xFF, 0xC4, 0, 28, 0x00, 0, 0, 0, 9, .. new byte[12], 0, 1, 2, 3, 4, 5, 6, 7, 8,
            0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
            0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0,
            .. data,
            0xFF, 0xD9,
        ];
    }

    private static string Bits(int value, int count) => count == 0 ? "" : Convert.ToString(value, 2).PadLeft(count, '0');
}
