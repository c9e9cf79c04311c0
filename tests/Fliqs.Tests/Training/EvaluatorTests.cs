using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

public sealed class EvaluatorTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_counts_correct_predictions_and_restores_the_mode(bool training)
    {
        using var scope = NewDisposeScope();
        using var model = TrainerTests.Model();
        var data = new BlobDataSet(300);    // more than one batch of the evaluator
        var before = TrainerTests.Bytes(model.Network.state_dict());
        model.Network.train(training);
        var accuracy = Evaluator.Accuracy(model, data, CPU);

        Assert.Equal(training, model.Network.training);
        Assert.Equal(before, TrainerTests.Bytes(model.Network.state_dict()));
        model.Network.eval();
        var correct = 0;
        foreach (var batch in Fliqs.Data.BatchLoader.InOrder(data, 1).Epoch(0))
            correct += model.Network.forward(batch.Images).argmax(1).item<long>() == batch.Labels.item<long>() ? 1 : 0;
        Assert.Equal(correct / 300.0, accuracy, 1e-9);
    }

    [Fact]
    public void Correct_compares_the_largest_logit_with_the_label()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 1f, 2f, 0f }, { 3f, 2f, 0f }, { -1f, -2f, -0.5f } });
        Assert.Equal(2, Evaluator.Correct(logits, tensor([1L, 1L, 2L])));
    }
}
