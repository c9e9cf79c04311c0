using System.Collections.Concurrent;
using System.Text.Json;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Storage;
using Fliqs.Tests.Storage;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Contracts;

/// <summary>What every search method has to keep to.</summary>
public abstract class SearchMethodContract : IDisposable
{
    private static readonly ConcurrentDictionary<(Type, long), FinishedRun> Finished = new();

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The method under test, made for one run.</summary>
    private protected abstract ISearchMethod Create(TestRun run);

    /// <summary>Whether the method promises to keep the budget.</summary>
    private protected virtual bool KeepsBudget => true;

    /// <summary>A run to the end, made once for all tests of a method.</summary>
    private FinishedRun Finish(long seed = 1) => Finished.GetOrAdd((GetType(), seed), _ => Make(seed));

    private FinishedRun Make(long seed)
    {
        using var run = new TestRun(seed);
        return new FinishedRun(run, run.Run(Create(run)));
    }

    [Fact]
    public void Every_step_is_recorded_once_and_in_order()
    {
        var run = Finish();
        Assert.Equal(Enumerable.Range(0, TestRun.TotalSteps), run.Steps.Select(s => s.Step));
        Assert.All(run.Steps, s => Assert.True(double.IsFinite(s.Loss) && s.Cost > 0 && s.Phase.Length > 0));
        Assert.Equal(Enumerable.Range(1, TestRun.Epochs).Select(e => (e, 4 * e)), run.EpochRecords.Select(e => (e.Epoch, e.Step)));
        Assert.Equal(run.Steps.Take(4).Average(s => s.Loss), run.EpochRecords[0].Loss, 1e-9);
    }

    [Fact]
    public void The_layers_end_in_the_formats_of_the_outcome()
    {
        var run = Finish();
        Assert.Equal(run.Steps[^1].Phase == "final" ? run.Steps[^1].Cost : run.Cost, run.Cost);
        if (run.Outcome.Assignment is { } assignment)
            Assert.Equal(run.Space.FormatsOf(assignment), run.Space.Layers.Select(l => run.Formats[l.Layer]));
    }

    /// <summary>Taken anew, they do no better on the validation images.</summary>
    [Fact]
    public void Running_statistics_end_as_those_of_the_network_that_was_found()
    {
        using var run = new TestRun();
        run.Run(Create(run));
        var ended = Accuracy();
        new NormStatistics(run.Model).Take(cat([.. Enumerable.Range(0, Math.Min(SearchContext.CalibrationBatches, run.Training.BatchCount)).Select(i => run.Training.At(0, i).Images)]));
        Assert.True(ended >= Accuracy());

        double Accuracy() => Evaluator.Accuracy(run.Model, run.Validation, CPU);
    }

    [Fact]
    public void The_budget_is_kept()
    {
        var run = Finish();
        if (KeepsBudget)
            Assert.InRange(run.Cost, 0, run.Budget.Limit * (1 + 1e-9));
        if (run.Outcome.Scores is { } scores)
            Assert.Equal(run.Outcome.Assignment, KeepsBudget ? run.Budget.Best(scores) : new Assignment([.. scores.Select(s => s.IndexOf(s.Max()))]));
    }

    [Fact]
    public void Pinned_layers_keep_their_format()
    {
        var run = Finish();
        Assert.Equal(new LayerFormats(NumberFormat.Int8), run.Formats[run.Space.Layers[^1].Layer]);
    }

    [Fact]
    public void The_network_learns() =>
        Assert.True(Finish().EpochRecords is var epochs && epochs[^1].Loss < 0.9 * epochs[0].Loss);

    [Fact]
    public void The_seed_determines_everything()
    {
        var (a, b, other) = (Finish(), Make(1), Finish(2));
        Assert.Equal(a.Outcome.Assignment, b.Outcome.Assignment);
        Assert.Equal(Text(a.Steps), Text(b.Steps));
        Assert.Equal(a.EpochRecords, b.EpochRecords);
        Assert.Equal(a.Weights, b.Weights);
        Assert.NotEqual(Text(a.Steps), Text(other.Steps));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]     // the end of an epoch
    [InlineData(9)]
    [InlineData(23)]    // the last step
    public void An_interrupted_run_goes_on_as_if_nothing_had_happened(int lastStep)
    {
        var whole = Finish();
        using var temporary = new TemporaryFolder();
        var folder = RunFolder.Create(temporary["run"]);
        using (var interrupted = new TestRun(1, folder) { InterruptAfter = lastStep })
        {
            Assert.Throws<OperationCanceledException>(() => interrupted.Run(Create(interrupted)));
            Assert.Equal(lastStep, interrupted.Steps[^1].Step);
        }

        using var resumed = new TestRun(1, folder);
        var outcome = resumed.Run(Create(resumed));
        Assert.Equal(whole.Outcome.Assignment, outcome.Assignment);
        Assert.Equal(Text(whole.Steps.Skip(lastStep + 1)), Text(resumed.Steps));
        Assert.Equal(whole.EpochRecords.TakeLast(resumed.EpochRecords.Count), resumed.EpochRecords);
        Assert.Equal(whole.Formats, resumed.Model.Formats);
        Assert.Equal(whole.Weights, resumed.Weights);
        Assert.Equal(TestRun.TotalSteps, File.ReadLines(folder.Metrics).Count());
    }

    private static IEnumerable<string> Text(IEnumerable<StepRecord> steps) => steps.Select(s => JsonSerializer.Serialize(s, JsonFormat.Compact));
}
