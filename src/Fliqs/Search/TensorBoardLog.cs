using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Search;

/// <summary>Writes the signals of a run as TensorBoard events: those of every tenth step, and of every epoch.</summary>
internal sealed class TensorBoardLog
{
    private const int Interval = 10;
    private readonly SummaryWriter writer;
    private readonly TimeProvider clock;

    public TensorBoardLog(string folder, TimeProvider clock)
    {
        this.clock = clock;
        writer = utils.tensorboard.SummaryWriter(Path.Combine(folder, "tensorboard"));
    }

    public void Add(StepRecord step)
    {
        if (step.Step % Interval != 0)
            return;
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

    private void Scalar(string name, double? value, int step)
    {
        if (value is { } number)
            writer.add_scalar(name, (float)number, step, clock.GetUtcNow().ToUnixTimeSeconds());
    }
}
