using Fliqs.Tests.Quantization;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

public sealed class DistillationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>Loss and gradient by hand: dL/ds = ((1 - a)(softmax(s) - y) + a T (softmax(s / T) - softmax(t / T))) / N.</summary>
    [Theory, InlineData(0.3, 1), InlineData(0.7, 4), InlineData(1, 2.5)]
    public void Loss_and_gradient_are_those_of_the_formula(double weight, double temperature)
    {
        using var teacher = TrainerTests.Model(5);
        var batch = TrainerTests.Batches(1)[0];
        teacher.Network.eval();
        var taught = Rows(teacher.Network.forward(batch.Images));
        var logits = Tensors.Normal(3, batch.Labels.shape[0], 4).requires_grad_();
        var own = Rows(logits);
        var labels = batch.Labels.data<long>().ToArray();

        var loss = new Distillation(teacher, weight, temperature).Loss(
            batch.Images, logits, nn.functional.cross_entropy(logits, batch.Labels));
        loss.backward();

        var expected = 0.0;
        for (var n = 0; n < labels.Length; n++)
        {
            var (p, q, hard) = (Softmax(taught[n], temperature), Softmax(own[n], temperature), Softmax(own[n], 1));
            expected -= (1 - weight) * Math.Log(hard[labels[n]]) / labels.Length;
            for (var c = 0; c < 4; c++)
            {
                expected += weight * temperature * temperature * p[c] * Math.Log(p[c] / q[c]) / labels.Length;
                var slope = ((1 - weight) * (hard[c] - (c == labels[n] ? 1 : 0))) + (weight * temperature * (q[c] - p[c]));
                Assert.Equal(slope / labels.Length, logits.grad![n, c].item<float>(), 1e-5);
            }
        }

        Assert.Equal(expected, loss.item<float>(), 1e-4);
    }

    [Fact]
    public void The_teacher_learns_nothing()
    {
        using var teacher = TrainerTests.Model(5);
        using var model = TrainerTests.Model();
        teacher.Network.train();
        var before = TrainerTests.Bytes(teacher.Network.state_dict());
        using var trainer = new Trainer(model, TrainerTests.Sgd, 8, CPU, new Distillation(teacher, 0.5, 2));
        foreach (var (i, batch) in TrainerTests.Batches(3).Index())
            trainer.Step(batch, i);
        Assert.Equal(before, TrainerTests.Bytes(teacher.Network.state_dict()));
        Assert.All(teacher.Network.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void A_pupil_comes_close_to_its_teacher_without_labels_that_mean_anything()
    {
        using var teacher = TrainerTests.Model(5, "vit");
        using var model = TrainerTests.Model(6, "vit");
        using var trainer = new Trainer(model, TrainerTests.AdamW with { LabelSmoothing = 0 }, 60, CPU, new Distillation(teacher, 1, 1));
        var losses = TrainerTests.Batches(60).Select((b, i) => trainer.Step(b, i).Loss).ToList();
        Assert.All(losses, l => Assert.True(l > -1e-6));
        Assert.True(losses.TakeLast(5).Average() < 0.2 * losses.Take(5).Average(), $"{losses[0]} to {losses[^1]}");
    }

    private static double[][] Rows(Tensor logits) =>
        [.. Enumerable.Range(0, (int)logits.shape[0]).Select(n => logits.detach()[n].data<float>().Select(v => (double)v).ToArray())];

    private static double[] Softmax(double[] logits, double temperature)
    {
        var powers = Array.ConvertAll(logits, l => Math.Exp(l / temperature));
        return Array.ConvertAll(powers, p => p / powers.Sum());
    }
}
