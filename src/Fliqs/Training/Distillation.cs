using Fliqs.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>
/// Learning from a teacher beside the labels: loss = (1 - a) CE + a T^2 KL(softmax(t / T) || softmax(s / T)) with the logits t of the
/// teacher and s of the network in training. (Hinton, Vinyals, Dean; arXiv 1503.02531.) The teacher computes in the formats that its
/// layers have, with its statistics frozen and without gradients, on the images as they are augmented.
/// </summary>
public sealed class Distillation
{
    private readonly nn.Module<Tensor, Tensor> teacher;
    private readonly double weight;
    private readonly double temperature;

    /// <summary>Takes a teacher, which stays the caller's to dispose.</summary>
    /// <param name="teacher">A trained network for the same images and classes, on the device of the training.</param>
    /// <param name="weight">a, the share of the teacher in the loss, in (0, 1].</param>
    /// <param name="temperature">T, which flattens both distributions, positive.</param>
    public Distillation(QuantizedModel teacher, double weight, double temperature)
    {
        (this.teacher, this.weight, this.temperature) = (teacher.Network, weight, temperature);
        this.teacher.eval();
    }

    /// <summary>The loss on a batch, a scalar.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="logits">What the network in training makes of them, [N, classes].</param>
    /// <param name="crossEntropy">Its mean cross-entropy with the labels.</param>
    public Tensor Loss(Tensor images, Tensor logits, Tensor crossEntropy)
    {
        var target = Teach(images);
        var divergence = (target.exp() * (target - nn.functional.log_softmax(logits / temperature, 1))).sum(1).mean();
        return (crossEntropy * (1 - weight)) + (divergence * (weight * temperature * temperature));
    }

    private Tensor Teach(Tensor images)
    {
        using var gradients = no_grad();
        return nn.functional.log_softmax(teacher.forward(images) / temperature, 1);
    }
}
