// Classifies an image with a network that 'fliqs export' has written. It needs ONNX Runtime and a decoder of images, nothing of Fliqs.
// dotnet run -c Release --project samples/ClassifyImage -- network.onnx image.png
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace ClassifyImage;

public static class Program
{
    public static int Main(string[] args)
    {
        if (args is not [var network, var file])
        {
            Console.Error.WriteLine("usage: ClassifyImage NETWORK.onnx IMAGE");
            return 2;
        }

        using var session = new InferenceSession(network);
        var input = session.InputMetadata.Single();
        int[] shape = [1, .. input.Value.Dimensions[1..]];    // [batch, channels, height, width]
        var metadata = session.ModelMetadata.CustomMetadataMap;
        float[] values = Pixels(file, shape, Numbers(metadata["fliqs.mean"]), Numbers(metadata["fliqs.std"]));

        using var run = new RunOptions();
        using var image = OrtValue.CreateTensorValueFromMemory(values, [.. shape.Select(size => (long)size)]);
        using var outputs = session.Run(run, [input.Key], [image], session.OutputNames);
        var logits = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        var powers = logits.Select(l => Math.Exp(l - logits.Max())).ToArray();
        foreach (var (index, power) in powers.Index().OrderByDescending(p => p.Item).Take(3))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"class {index}: {power / powers.Sum():P1}"));
        return 0;
    }

    /// <summary>The image in the size of the network's input, channel by channel, normalised as in training.</summary>
    private static float[] Pixels(string file, int[] shape, float[] mean, float[] std)
    {
        using var original = SKBitmap.Decode(file) ?? throw new FileNotFoundException($"{file} is no image that can be read");
        using var bitmap = original.Resize(new SKImageInfo(shape[3], shape[2]), SKFilterQuality.High);
        var (pixels, plane) = (bitmap.Pixels, shape[2] * shape[3]);
        return [.. Enumerable.Range(0, shape[1] * plane).Select(i =>
        {
            var (c, p) = (i / plane, pixels[i % plane]);
            var value = shape[1] == 1 ? (0.299f * p.Red) + (0.587f * p.Green) + (0.114f * p.Blue) : c switch { 0 => p.Red, 1 => p.Green, _ => p.Blue };
            return ((value / 255) - mean[c]) / std[c];
        })];
    }

    private static float[] Numbers(string text) => [.. text.Split(' ').Select(t => float.Parse(t, CultureInfo.InvariantCulture))];
}
