namespace Fliqs.Data;

/// <summary>Reads a part of an image from data of any kind.</summary>
internal static class ImageReading
{
    /// <summary>Reads an image, or a part of it scaled to the size of the whole.</summary>
    /// <param name="data">Images of sizes of their own, of one size, or some of either.</param>
    /// <param name="index">Which.</param>
    /// <param name="pixels">Receives it.</param>
    /// <param name="frame">The part from width and height; null for the usual view.</param>
    public static int Read(IImageDataSet data, int index, Span<float> pixels, Func<int, int, CropBox>? frame) => (data, frame) switch
    {
        (_, null) => data.Read(index, pixels),
        (IFramedDataSet framed, _) => framed.ReadPart(index, pixels, frame),
        (SubsetDataSet subset, _) => Read(subset.Source, subset.Indices[index], pixels, frame),
        _ => ReadAndCrop(data, index, pixels, frame),
    };

    private static int ReadAndCrop(IImageDataSet data, int index, Span<float> pixels, Func<int, int, CropBox> frame)
    {
        var info = data.Info;
        var whole = new float[info.PixelCount];
        var label = data.Read(index, whole);
        var box = frame(info.Width, info.Height);
        var resampler = new RowResampler(
            new ResampleTaps(box.Left, box.Width, info.Width, info.Width), new ResampleTaps(box.Top, box.Height, info.Height, info.Height),
            pixels);
        try
        {
            Crop(whole, info, ref resampler);
        }
        finally
        {
            resampler.Dispose();
        }
        return label;
    }

    private static void Crop(ReadOnlySpan<float> whole, DataSetInfo info, ref RowResampler resampler)
    {
        const int Lanes = 4;
        var (columns, rows) = (resampler.Columns, resampler.Rows);
        var row = new float[Lanes * (columns.End - columns.Begin)];
        for (var y = rows.Begin; y < rows.End; y++)
        {
            for (var channel = 0; channel < info.Channels; channel++)
                for (var x = columns.Begin; x < columns.End; x++)
                    row[Lanes * (x - columns.Begin) + channel] = whole[(channel * info.Height + y) * info.Width + x];
            resampler.Add(row.AsSpan());
        }
    }
}
