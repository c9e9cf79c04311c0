using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fliqs.Storage;
using static TorchSharp.torch;

namespace Fliqs.Search;

/// <summary>
/// The memory of a run: its records, in <c>metrics.jsonl</c> and as TensorBoard events, its history, and its checkpoints.
/// Without a folder nothing is written.
/// </summary>
public sealed class RunJournal : IDisposable
{
    private const int PoliciesKept = 100;

    private readonly JsonObject? identity;
    private readonly CheckpointFolder? checkpoints;
    private readonly StreamWriter? metrics;
    private readonly TensorBoardLog? events;
    private readonly JsonNode? methodState;
    private readonly List<StepRecord> epochSteps = [];
    private readonly List<EpochRecord> history = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly (double Seconds, long PeakMemory) before;

    /// <summary>A journal of a new run, or of one that goes on from a checkpoint.</summary>
    /// <param name="observer">Is told everything.</param>
    /// <param name="folder">The run folder; null to write nothing.</param>
    /// <param name="identity">What a checkpoint of this run is known by.</param>
    /// <param name="resumed">The state in the checkpoint to go on from; null for a new run.</param>
    /// <param name="time">The time of TensorBoard events; null for the system's.</param>
    public RunJournal(IRunObserver? observer = null, RunFolder? folder = null, JsonObject? identity = null, JsonNode? resumed = null,
        TimeProvider? time = null)
    {
        (Observer, this.identity) = (observer, identity);
        if (resumed is not null)
        {
            FirstStep = resumed["step"]!.GetValue<int>();
            methodState = resumed["method"];
            epochSteps.AddRange(resumed["epochSteps"].Deserialize<List<StepRecord>>(JsonFormat.Compact)!);
            history.AddRange(resumed["history"].Deserialize<List<EpochRecord>>(JsonFormat.Compact)!);
            before = (resumed["seconds"]?.GetValue<double>() ?? 0, resumed["peakMemory"]?.GetValue<long>() ?? 0);
        }

        if (folder is null)
            return;
        checkpoints = new CheckpointFolder(folder.Checkpoints);
        metrics = OpenMetrics(folder.Metrics, FirstStep);
        events = new TensorBoardLog(folder.Root, time ?? TimeProvider.System);
    }

    /// <summary>Is told everything; null for nobody.</summary>
    public IRunObserver? Observer { get; }

    /// <summary>Steps that lay behind when this journal was opened.</summary>
    public int FirstStep { get; }

    /// <summary>Wall-clock seconds of the run, with those before the checkpoint that it goes on from.</summary>
    public double Seconds => before.Seconds + clock.Elapsed.TotalSeconds;

    /// <summary>The most memory that a process of the run has had, bytes; 0 where the system does not tell.</summary>
    public long PeakMemory
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return Math.Max(before.PeakMemory, process.PeakWorkingSet64);
        }
    }

    /// <summary>The epochs so far.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <inheritdoc cref="SearchContext.Resumed"/>
    public T? MethodState<T>()
        where T : class => methodState.Deserialize<T>(JsonFormat.Compact);

    /// <summary>Records a step.</summary>
    public void Add(StepRecord step, int totalSteps)
    {
        epochSteps.Add(step with { Policy = null });
        if (step.Step % Math.Max(1, totalSteps / PoliciesKept) != 0)
            step = step with { Policy = null };
        metrics?.WriteLine(JsonSerializer.Serialize(step, JsonFormat.Compact));
        events?.Add(step);
        Observer?.OnStep(step, totalSteps);
    }

    /// <summary>Sums up the steps since the last epoch.</summary>
    /// <param name="validationAccuracy">Of the formats that would be chosen now, 0 to 1.</param>
    /// <param name="cost">Their cost.</param>
    public void EndEpoch(double validationAccuracy, double cost)
    {
        var last = epochSteps[^1];
        var epoch = new EpochRecord(
            history.Count + 1, last.Step + 1, epochSteps.Average(s => s.Loss), epochSteps.Average(s => s.Accuracy),
            validationAccuracy, cost, last.Entropy);
        epochSteps.Clear();
        history.Add(epoch);
        events?.Add(epoch);
        Observer?.OnEpoch(epoch);
    }

    /// <summary>Passes on a line that a person should know.</summary>
    public void Note(string message) => Observer?.OnNote(message);

    /// <summary>Saves a checkpoint after <paramref name="step"/> steps.</summary>
    public void Save(int step, object methodState, IReadOnlyDictionary<string, Tensor> tensors)
    {
        metrics?.Flush();
        checkpoints?.Save(step, tensors, new JsonObject
        {
            ["run"] = identity?.DeepClone(),
            ["step"] = step,
            ["method"] = JsonSerializer.SerializeToNode(methodState, JsonFormat.Compact),
            ["epochSteps"] = JsonSerializer.SerializeToNode(epochSteps, JsonFormat.Compact),
            ["history"] = JsonSerializer.SerializeToNode(history, JsonFormat.Compact),
            ["seconds"] = Seconds,
            ["peakMemory"] = PeakMemory,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => metrics?.Dispose();

    /// <summary>Opens the file behind the lines of the first <paramref name="steps"/> steps; later ones are dropped.</summary>
    private static StreamWriter OpenMetrics(string path, int steps)
    {
        var kept = File.Exists(path) ? File.ReadLines(path).Take(steps).ToList() : [];
        AtomicFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        return new StreamWriter(path, append: true) { NewLine = "\n" };
    }
}
