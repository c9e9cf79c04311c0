using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Search;

/// <summary>Writes the signals of a run as TensorBoard events.</summary>
internal sealed class TensorBoardLog : IDisposable
{
    private readonly SummaryWriter writer;

    public TensorBoardLog(string folder) => writer = utils.tensorboard.SummaryWriter(Path.Combine(folder, "tensorboard"));

    public void Add(StepRecord step)
    {
        Scalar("train/loss", step.Loss, step.Step);
        Scalar("train/accuracy", step.Accuracy, step.Step);
        Scalar("search/cost", step.Cost, step.Step);
        Scalar("search/expected_cost", step.ExpectedCost, step.Step);
        Scalar("search/quality", step.Quality, step.Step);
        Scalar("search/reward", step.Reward, step.Step);
        Scalar("search/advantage", step.Advantage, step.Step);
        Scalar("search/entropy", step.Entropy, step.Step);
    }

    public void Add(EpochRecord epoch)
    {
        Scalar("validation/accuracy", epoch.ValidationAccuracy, epoch.Step);
        Scalar("validation/cost", epoch.Cost, epoch.Step);
    }

    public void Dispose() => (writer as IDisposable)?.Dispose();

    private void Scalar(string name, double? value, int step)
    {
        if (value is { } number)
            writer.add_scalar(name, (float)number, step);
    }
}
