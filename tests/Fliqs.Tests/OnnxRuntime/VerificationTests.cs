using Fliqs.Export;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Tests.Training;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.OnnxRuntime;

public sealed class VerificationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_layer_that_departs_is_named()
    {
        using var model = TrainerTests.Model();
        model.ApplyUniform(new(NumberFormat.Int8));
        using (var trainer = new Trainer(model, TrainerTests.Sgd, 40, CPU))
            foreach (var (i, batch) in TrainerTests.Batches(40).Index())
                trainer.Step(batch, i);
        model.Network.eval();
        Calibration.Run(model, TrainerTests.Batches(4), CPU);
        var exported = OnnxExport.Create(model);
        Assert.True(Verification.Run(model, exported, new BlobDataSet(200)).Agreement > 0.98);

        var (name, layer) = model.Layers[2];
        layer.InputScale *= 100;
        var report = Verification.Run(model, exported, new BlobDataSet(200));
        Assert.False(report.Passed, $"{report}");
        Assert.Equal(name, report.FirstDeparture);
    }

    /// <summary>The weights change after the export: of the first layer to what is no number, of the last by a factor.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Logits_that_are_no_numbers_agree_with_nothing_and_those_behind_the_last_layer_are_compared_too(bool numberless)
    {
        using var model = TrainerTests.Model();
        model.ApplyUniform(new(NumberFormat.Int8));
        model.Network.eval();
        Calibration.Run(model, TrainerTests.Batches(4), CPU);
        var exported = OnnxExport.Create(model);
        using (no_grad())
            if (numberless)
                model.Layers[0].Layer.weight.fill_(float.NaN);
            else
                model.Layers[^1].Layer.weight.neg_();

        var report = Verification.Run(model, exported, new BlobDataSet(100));
        Assert.False(report.Passed, $"{report}");
        Assert.True(double.IsFinite(report.LargestDifference));
        Assert.All(report.Layers, l => Assert.True(double.IsFinite(l.LargestDifference)));
        if (numberless)
            Assert.Equal(0, report.Agreement);
        Assert.Equal(numberless ? model.Layers[1].Name : Verification.Output, report.FirstDeparture);
    }
}
