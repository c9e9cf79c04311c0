using Fliqs.Data;
using Fliqs.Models;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>Measures the accuracy of a network in the formats that its layers have.</summary>
public static class Evaluator
{
    private const int BatchSize = 256;

    /// <summary>The share of correct predictions, with the statistics of training frozen.</summary>
    public static double Accuracy(QuantizedModel model, IImageDataSet data, Device device)
    {
        using var gradients = no_grad();
        var training = model.Network.training;
        model.Network.eval();
        var correct = 0L;
        foreach (var batch in BatchLoader.InOrder(data, model.SamplesAtOnce(BatchSize)).Epoch(0))
        {
            using (batch)
            using (NewDisposeScope())
                correct += Correct(model.Network.forward(batch.Images.to(device)), batch.Labels.to(device));
        }

        model.Network.train(training);
        return correct / (double)data.Count;
    }

    /// <summary>How many rows of the logits have their largest entry at the label.</summary>
    internal static long Correct(Tensor logits, Tensor labels) => logits.argmax(1).eq(labels).sum().item<long>();
}
