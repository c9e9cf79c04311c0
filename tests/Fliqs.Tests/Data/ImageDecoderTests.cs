using System.Buffers.Binary;
using Fliqs.Data;
using SkiaSharp;

namespace Fliqs.Tests.Data;

public sealed class ImageDecoderTests
{
    private const int Size = 8;
    private static readonly Func<int, int, CropBox> Whole = (width, height) => new(0, 0, width, height);

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "picture.png", 0.5 / 255)]
    [InlineData(SKEncodedImageFormat.Png, "really-a-png.JPEG", 0.5 / 255)]
    [InlineData(SKEncodedImageFormat.Jpeg, "picture.jpg", 3.0 / 255)]
    [InlineData(SKEncodedImageFormat.Jpeg, "really-a-jpeg.png", 3.0 / 255)]
    [InlineData(SKEncodedImageFormat.Webp, "picture.webp", 6.0 / 255)]
    public void The_content_says_what_a_file_is(SKEncodedImageFormat format, string name, double tolerance)
    {
        using var folder = new PictureFolder();
        folder.Write(name, PictureFolder.Encode(PictureFolder.Plain(20, 30, new SKColor(200, 100, 50)), format));
        var pixels = Read(folder[name]);
        Assert.All(pixels[..64], red => Assert.Equal(200 / 255f, red, tolerance));
        Assert.All(pixels[64..128], green => Assert.Equal(100 / 255f, green, tolerance));
        Assert.All(pixels[128..], blue => Assert.Equal(50 / 255f, blue, tolerance));
    }

    [Fact]
    public void Bitmaps_of_Windows_are_read()
    {
        using var folder = new PictureFolder();
        // 1x1 pixel of 24 bits, blue green red, padded to four bytes
        byte[] header = [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0];
        folder.Write("a.bmp", [.. header, .. new byte[24], 50, 100, 200, 0]);
        var pixels = Read(folder["a.bmp"]);
        Assert.Equal([200 / 255f, 100 / 255f, 50 / 255f], new[] { pixels[0], pixels[64], pixels[128] }, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void Grey_becomes_red_green_and_blue(SKEncodedImageFormat format)
    {
        using var folder = new PictureFolder();
        var grey = new SKBitmap(new SKImageInfo(20, 20, SKColorType.Gray8, SKAlphaType.Opaque));
        grey.Erase(new SKColor(90, 90, 90));
        folder.Write("grey", PictureFolder.Encode(grey, format));
        using (var codec = SKCodec.Create(folder["grey"]))
            Assert.Equal(SKColorType.Gray8, codec.Info.ColorType);
        Assert.All(Read(folder["grey"]), value => Assert.Equal(90 / 255f, value, 1.5 / 255));
    }

    [Fact]
    public void Transparency_is_dropped_and_the_colour_kept()
    {
        using var folder = new PictureFolder();
        folder.Write("a.png", PictureFolder.Encode(
            PictureFolder.Draw(20, 20, (x, _) => new SKColor(200, 100, 50, (byte)(x < 10 ? 255 : 64)), SKAlphaType.Unpremul), SKEncodedImageFormat.Png));
        Assert.All(Read(folder["a.png"])[..64], red => Assert.Equal(200 / 255f, red, 1.5 / 255));
    }

    [Fact]
    public void Four_inks_become_red_green_and_blue()
    {
        using var folder = new PictureFolder();
        folder.Write("inks.jpg", CmykJpeg.Plain(cyan: 0, magenta: 0, yellow: 0, black: 0));
        Assert.All(Read(folder["inks.jpg"]), value => Assert.Equal(1, value, 2.0 / 255));
        folder.Write("inks.jpg", CmykJpeg.Plain(cyan: 255, magenta: 0, yellow: 0, black: 0));
        var pixels = Read(folder["inks.jpg"]);
        Assert.All(pixels[..64], red => Assert.Equal(0, red, 2.0 / 255));
        Assert.All(pixels[64..], other => Assert.Equal(1, other, 2.0 / 255));
    }

    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 0, 1)]
    [InlineData(5, 0, 2, 1, 3)]
    [InlineData(6, 2, 0, 3, 1)]
    [InlineData(7, 3, 1, 2, 0)]
    [InlineData(8, 1, 3, 0, 2)]
    public void The_orientation_of_the_camera_is_followed(int orientation, params int[] quarters)
    {
        // Quarters of four greys: which stored one is seen upper left, upper right, lower left, lower right.
        using var folder = new PictureFolder();
        folder.Write("a.jpg", WithOrientation(PictureFolder.Encode(PictureFolder.Draw(64, 32, (x, y) => Grey((y < 16 ? 0 : 2) + (x < 32 ? 0 : 1)))), orientation));
        var seen = Array.Empty<int>();
        var pixels = Read(folder["a.jpg"], (width, height) =>
        {
            seen = [width, height];
            return new(0, 0, width, height);
        });
        Assert.Equal(orientation >= 5 ? [32, 64] : [64, 32], seen);
        Assert.Equal(quarters, new[] { pixels[9], pixels[14], pixels[49], pixels[54] }.Select(v => (int)Math.Round(v * 255 / 60 - 0.5)));

        // A part that is seen upper right comes from where it is stored.
        var part = Read(folder["a.jpg"], (width, height) => new(width * 0.6, height * 0.1, width * 0.3, height * 0.3));
        Assert.All(part, v => Assert.Equal(quarters[1], (int)Math.Round(v * 255 / 60 - 0.5)));

        static SKColor Grey(int quarter) => new((byte)(30 + 60 * quarter), (byte)(30 + 60 * quarter), (byte)(30 + 60 * quarter));
    }

    [Fact]
    public void A_part_is_that_part_of_the_whole()
    {
        using var folder = new PictureFolder();
        folder.Write("a.jpg", PictureFolder.Encode(PictureFolder.Waves(200, 150)));
        folder.Write("same.png", PictureFolder.Encode(SKBitmap.Decode(folder["a.jpg"]), SKEncodedImageFormat.Png));
        // The PNG file is decoded as a whole; from the JPEG file only rows and columns of the part are made.
        foreach (var box in new CropBox[] { new(0, 0, 200, 150), new(37, 41, 20, 12), new(150, 100, 50, 50), new(0.5, 99.25, 13.5, 40) })
        {
            var (part, expected) = (Read(folder["a.jpg"], (_, _) => box, 80), Read(folder["same.png"], (_, _) => box, 80));
            for (var i = 0; i < part.Length; i++)
                Assert.Equal(expected[i], part[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(1200, 900)]
    [InlineData(1201, 907)]
    [InlineData(500, 333)]
    public void Reducing_within_the_decoder_agrees_with_reducing_the_whole(int width, int height)
    {
        using var folder = new PictureFolder();
        folder.Write("a.jpg", PictureFolder.Encode(PictureFolder.Waves(width, height)));
        folder.Write("a.png", PictureFolder.Encode(PictureFolder.Waves(width, height), SKEncodedImageFormat.Png));
        var (fast, exact) = (Read(folder["a.jpg"], Whole, 32), Read(folder["a.png"], Whole, 32));
        Assert.InRange(255 * fast.Zip(exact, (a, b) => Math.Abs(a - b)).Max(), 0, 10);
        Assert.InRange(255 * fast.Zip(exact, (a, b) => Math.Abs(a - b)).Average(), 0, 1.5);
    }

    [Fact]
    public void What_cannot_be_read_has_a_reason()
    {
        using var folder = new PictureFolder();
        var jpeg = PictureFolder.Encode(PictureFolder.Waves(64, 64));
        var png = PictureFolder.Encode(PictureFolder.Waves(64, 64), SKEncodedImageFormat.Png);
        Refused("is empty", []);
        Refused("is no image of a known format", [.. "Dear diary"u8]);
        Refused("is no image of a known format", new byte[1000]);
        Refused("is truncated", jpeg[..(jpeg.Length / 2)]);
        Refused("is truncated", jpeg[..^2]);
        Refused("is truncated", png[..(png.Length / 2)]);
        Assert.Contains("gone.jpg", ImageDecoder.Read(folder["gone.jpg"], new float[3 * Size * Size], Size, Whole));
        Assert.NotNull(ImageDecoder.Read(folder.Path, new float[3 * Size * Size], Size, Whole));

        // 30,000 x 30,000 pixels promised by a header
        png[18] = png[22] = 0x75;
        png[19] = png[23] = 0x30;
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        Refused("has 30000 x 30000 pixels, more than 100 million", png);

        void Refused(string reason, byte[] content)
        {
            folder.Write("a", content);
            Assert.Equal(reason, ImageDecoder.Read(folder["a"], new float[3 * Size * Size], Size, Whole));
        }
    }

    [Fact]
    public void Damaged_bytes_never_end_the_program()
    {
        using var folder = new PictureFolder();
        var random = new Random(1);
        var files = new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp }
            .Select(format => PictureFolder.Encode(PictureFolder.Waves(48, 40), format)).ToList();
        var (read, refused) = (0, 0);
        for (var i = 0; i < 600; i++)
        {
            var bytes = files[i % files.Count].ToArray();
            for (var hit = random.Next(1, 6); hit > 0; hit--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            folder.Write("a", bytes);
            var pixels = new float[3 * Size * Size];
            if (ImageDecoder.Read(folder["a"], pixels, Size, Whole) is null)
            {
                read++;
                Assert.True(pixels.Min() >= 0 && pixels.Max() < 1 + 1e-5f);
            }
            else
            {
                refused++;
            }
        }
        Assert.True(read > 50 && refused > 50, $"{read} read, {refused} refused");
    }

    private static float[] Read(string path, Func<int, int, CropBox>? frame = null, int size = Size)
    {
        var pixels = new float[3 * size * size];
        Assert.Null(ImageDecoder.Read(path, pixels, size, frame ?? Whole));
        return pixels;
    }

    /// <summary>Puts an EXIF segment with nothing but an orientation behind the first marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif"u8, 0, 0, .. "MM"u8, 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>The check sum of PNG.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
