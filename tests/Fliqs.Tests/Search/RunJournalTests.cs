using System.Text.Json;
using System.Text.Json.Nodes;
using Fliqs.Search;
using Fliqs.Storage;
using Fliqs.Tests.Storage;
using static TorchSharp.torch;

namespace Fliqs.Tests.Search;

public sealed class RunJournalTests : IDisposable
{
    private static readonly Dictionary<string, Tensor> NoTensors = [];
    private readonly TemporaryFolder root = new();
    private readonly RunFolder folder;

    public RunJournalTests() => folder = RunFolder.Create(root["run"]);

    public void Dispose() => root.Dispose();

    [Fact]
    public void Every_step_is_a_line_of_metrics_without_what_it_does_not_have()
    {
        using (var journal = new RunJournal(null, folder))
        {
            journal.Add(new StepRecord(0, "warm-up", 2.5, 0.1, Cost: 3), 2);
            journal.Add(new StepRecord(1, "explore", 2.25, 0.2, 3, 4, -2.25, -3, 0.5, 1.75), 2);
        }

        Assert.Equal(
            "{\"step\":0,\"phase\":\"warm-up\",\"loss\":2.5,\"accuracy\":0.1,\"cost\":3}\n" +
            "{\"step\":1,\"phase\":\"explore\",\"loss\":2.25,\"accuracy\":0.2,\"cost\":3,\"expectedCost\":4,\"quality\":-2.25," +
            "\"reward\":-3,\"advantage\":0.5,\"entropy\":1.75}\n",
            File.ReadAllText(folder.Metrics));
    }

    [Fact]
    public void The_policy_is_kept_about_a_hundred_times_a_run()
    {
        var policy = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["fc"] = new Dictionary<string, double> { ["INT4"] = 0.25 } };
        using (var journal = new RunJournal(null, folder))
        {
            for (var i = 0; i < 250; i++)
                journal.Add(Step(i) with { Policy = policy }, 250);
            journal.Save(250, new Memory([]), NoTensors);
        }

        var kept = Lines().Where(l => l.TryGetProperty("policy", out _)).ToList();
        Assert.Equal(Enumerable.Range(0, 125).Select(i => 2 * i), kept.Select(l => l.GetProperty("step").GetInt32()));
        Assert.Equal("""{"fc":{"INT4":0.25}}""", kept[7].GetProperty("policy").GetRawText());
        var (content, state) = new CheckpointFolder(folder.Checkpoints).LoadLatest(Assert.Fail)!.Value;
        content.Dispose();
        Assert.DoesNotContain("policy", state["epochSteps"]!.ToJsonString());
    }

    [Fact]
    public void An_epoch_is_the_mean_of_its_steps()
    {
        var observer = new Recorder();
        using var journal = new RunJournal(observer);
        journal.Add(Step(0, loss: 3), 4);
        journal.Add(Step(1, loss: 1), 4);
        journal.EndEpoch(0.5, 7);
        journal.Add(Step(2, loss: 0.5), 4);
        journal.EndEpoch(0.6, 8);

        EpochRecord[] epochs = [new(1, 2, 2, 0.25, 0.5, 7, 1.25), new(2, 3, 0.5, 0.25, 0.6, 8, 1.25)];
        Assert.Equal(epochs, journal.History);
        Assert.Equal(epochs, observer.Epochs);
        Assert.Equal([0, 1, 2], observer.Steps);
    }

    [Fact]
    public void A_resumed_run_goes_on_behind_the_steps_of_its_checkpoint()
    {
        using (var journal = new RunJournal(null, folder, new JsonObject { ["seed"] = "1" }))
        {
            journal.Add(Step(0), 9);
            journal.Add(Step(1), 9);
            journal.EndEpoch(0.5, 7);
            journal.Add(Step(2, loss: 3), 9);
            journal.Save(3, new Memory([1.5, 0.1]), NoTensors);
            journal.Add(Step(3, loss: 99), 9); // lost with what interrupted the run
            journal.Add(Step(4, loss: 99), 9);
        }

        Assert.Equal(5, File.ReadAllLines(folder.Metrics).Length);
        var (content, state) = new CheckpointFolder(folder.Checkpoints).LoadLatest(Assert.Fail)!.Value;
        content.Dispose();
        Assert.Equal("1", state["run"]!["seed"]!.GetValue<string>());
        using (var resumed = new RunJournal(null, folder, null, state))
        {
            Assert.Equal(3, resumed.FirstStep);
            Assert.Equal([1.5, 0.1], resumed.MethodState<Memory>()!.Values);
            Assert.Single(resumed.History);
            resumed.Add(Step(3, loss: 1), 9);
            resumed.EndEpoch(0.75, 6);
            Assert.Equal(new EpochRecord(2, 4, 2, 0.25, 0.75, 6, 1.25), resumed.History[1]); // the mean of steps 2 and 3
        }

        Assert.Equal([0, 1, 2, 3], Lines().Select(l => l.GetProperty("step").GetInt32()));
        Assert.Equal(1, Lines()[3].GetProperty("loss").GetDouble());
    }

    [Fact]
    public void A_resumed_run_has_the_time_and_the_memory_of_all_its_processes()
    {
        JsonObject begun = new() { ["step"] = 0, ["epochSteps"] = new JsonArray(), ["history"] = new JsonArray(), ["seconds"] = 1000.0, ["peakMemory"] = 1L << 50 };
        using (var journal = new RunJournal(null, folder, null, begun))
        {
            Assert.InRange(journal.Seconds, 1000, 1100);
            Assert.Equal(1L << 50, journal.PeakMemory);
            journal.Save(0, new Memory([]), NoTensors);
        }

        var (content, state) = new CheckpointFolder(folder.Checkpoints).LoadLatest(Assert.Fail)!.Value;
        content.Dispose();
        Assert.InRange(state["seconds"]!.GetValue<double>(), 1000, 1100);
        Assert.Equal(1L << 50, state["peakMemory"]!.GetValue<long>());
        using var first = new RunJournal();
        Assert.InRange(first.Seconds, 0, 100);
    }

    [Fact]
    public void A_new_run_has_no_state_of_a_method()
    {
        using var journal = new RunJournal(null, folder);
        Assert.Null(journal.MethodState<Memory>());
        Assert.Equal(0, journal.FirstStep);
    }

    [Fact]
    public void Without_a_folder_nothing_is_written()
    {
        using var journal = new RunJournal();
        journal.Add(Step(0), 1);
        journal.EndEpoch(1, 1);
        journal.Save(1, new Memory([]), NoTensors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void TensorBoard_events_are_written_for_steps_and_epochs()
    {
        using (var journal = new RunJournal(null, folder))
        {
            for (var i = 0; i < 50; i++)
                journal.Add(Step(i), 50);
            journal.EndEpoch(0.5, 7);
        }

        var events = Assert.Single(Directory.GetFiles(Path.Combine(folder.Root, "tensorboard"), "*tfevents*", SearchOption.AllDirectories));
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(events));
        Assert.Equal(6, text.Split("train/loss").Length);    // every tenth step
        Assert.Contains("search/entropy", text);
        Assert.Contains("validation/accuracy", text);
        Assert.DoesNotContain("search/reward", text);
    }

    private static StepRecord Step(int step, double loss = 1) => new(step, "final", loss, 0.25, Entropy: 1.25);

    private List<JsonElement> Lines() => [.. File.ReadAllLines(folder.Metrics).Select(l => JsonDocument.Parse(l).RootElement)];

    private sealed record Memory(double[] Values);

    private sealed class Recorder : IRunObserver
    {
        public List<int> Steps { get; } = [];

        public List<EpochRecord> Epochs { get; } = [];

        public void OnStep(StepRecord step, int totalSteps) => Steps.Add(step.Step);

        public void OnEpoch(EpochRecord epoch) => Epochs.Add(epoch);

        public void OnNote(string message) => Assert.Fail(message);
    }
}
