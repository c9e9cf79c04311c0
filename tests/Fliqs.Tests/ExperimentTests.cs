using CsCheck;
using Fliqs.Config;
using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Storage;
using Fliqs.Tests.EndToEnd;
using Fliqs.Tests.Storage;
using Fliqs.Training;
using TorchSharp;

namespace Fliqs.Tests;

public sealed class ExperimentTests : IDisposable
{
    private const int Steps = 20;

    private static readonly RunConfig Tiny = new()
    {
        Model = "resnet8",
        Width = 0.25,
        Epochs = 2,
        Batch = 128,
        Threads = 1,
        Uniform = false,
    };

    public static TheoryData<string> Runs => ["fliqs", "fliqs-plain", "train", "everything", "threads"];

    /// <summary>A run sets the number of threads of the process.</summary>
    public void Dispose() => torch.set_num_threads(1);

    /// <summary>Two or three interruptions of the same run, each after any step; a failure names the steps, and the seed to have them again.</summary>
    [Theory, MemberData(nameof(Runs))]
    public void A_run_interrupted_at_random_steps_ends_as_the_uninterrupted_one(string run)
    {
        using var temporary = new TemporaryFolder();
        var teacher = RunFolder.Create(temporary["teacher"]);
        if (run == "everything")
        {
            using var taught = Experiment.Train(Tiny with { Epochs = 1 });
            taught.Run(teacher);
        }

        var whole = RunFolder.Create(temporary["whole"]);
        using (var experiment = Create(run, teacher))
            experiment.Run(whole);

        var parts = 0;
        Gen.Int[0, Steps - 1].Array[2, 3].Sample(
            steps =>
            {
                var folder = RunFolder.Create(temporary[$"parts{parts++}"]);
                foreach (var step in steps.Distinct().Order())
                {
                    using var interruption = new CancellationTokenSource();
                    using var experiment = Create(run, teacher);
                    Assert.Throws<OperationCanceledException>(
                        () => experiment.Run(folder, new Interrupter(step, interruption), resume: true, interruption.Token));
                    Assert.Equal(step + 1, File.ReadLines(folder.Metrics).Count());
                }

                using (var experiment = Create(run, teacher))
                    experiment.Run(folder, resume: true);
                Assert.Equal(
                    ResultFile.Comparable(File.ReadAllText(whole.Result)), ResultFile.Comparable(File.ReadAllText(folder.Result)));
                Assert.Equal(File.ReadAllBytes(whole.Model), File.ReadAllBytes(folder.Model));
                Assert.Equal(File.ReadAllText(whole.Metrics), File.ReadAllText(folder.Metrics));
            },
            iter: 2, threads: 1);
    }

    [Fact]
    public void From_scratch_means_new_weights_also_where_the_search_began_with_given_ones()
    {
        using var temporary = new TemporaryFolder();
        var trained = RunFolder.Create(temporary["trained"]);
        using (var experiment = Experiment.Train(Tiny with { Epochs = 4 }))
            experiment.Run(trained);
        using var search = Experiment.Search(Tiny with
        {
            Epochs = 1,
            Weights = trained.Model,
            LearningRate = 1e-9,
            Space = "INT8",
            Target = "1.0xINT8",
            FromScratch = true,
        });
        var result = search.Run();
        Assert.True(result.FromScratch!.Accuracy < 0.5 * result.Accuracy, $"{result.FromScratch.Accuracy} beside {result.Accuracy}");
    }

    [Fact]
    public void The_averaged_weights_are_what_is_measured_and_saved()
    {
        using var temporary = new TemporaryFolder();
        var folder = RunFolder.Create(temporary["run"]);
        using var experiment = Experiment.Train(Tiny with { Ema = 0.99, LearningRate = 0.3 });
        var result = experiment.Run(folder);
        var evaluation = Evaluation.Of(folder);
        Assert.Equal((result.Accuracy, result.ValidationAccuracy), (evaluation.Accuracy, evaluation.ValidationAccuracy));
        Assert.Equal(result.ValidationAccuracy, result.History[^1].ValidationAccuracy);

        using var plain = Experiment.Train(Tiny with { LearningRate = 0.3 });
        var other = plain.Run();
        Assert.Equal(result.History.Select(e => e.Loss), other.History.Select(e => e.Loss));
        Assert.NotEqual(result.History.Select(e => e.ValidationAccuracy), other.History.Select(e => e.ValidationAccuracy));
    }

    private static Experiment Create(string run, RunFolder teacher) => run switch
    {
        "train" => Experiment.Train(Tiny with { Format = NumberFormat.Int3.Name, Warmup = 0.2 }),
        "threads" => Experiment.Search(Tiny with { Threads = 2 }),
        "everything" => Experiment.Search(Tiny with
        {
            Batch = 43,
            Accumulate = 3,
            Optimizer = OptimizerKind.RmsProp,
            Schedule = ScheduleKind.Step,
            ClipNorm = 1,
            Ema = 0.9,
            Teacher = teacher.Root,
        }),
        _ => Experiment.Search(Tiny with { Method = run }),
    };

    /// <summary>Stops a run after a step.</summary>
    private sealed class Interrupter(int after, CancellationTokenSource interruption) : IRunObserver
    {
        public void OnStep(StepRecord step, int totalSteps)
        {
            Assert.Equal(Steps, totalSteps);
            if (step.Step == after)
                interruption.Cancel();
        }

        public void OnEpoch(EpochRecord epoch)
        {
        }

        public void OnNote(string message)
        {
        }
    }
}
