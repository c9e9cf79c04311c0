using System.Text.Json;
using Fliqs.Models;
using Fliqs.Models.Mobile;
using Fliqs.Search;
using Fliqs.Storage;

namespace Fliqs.Results;

/// <summary>
/// The result of a run, <c>result.json</c>. The same seed on the same machine gives the same result but for
/// <see cref="Seconds"/>, <see cref="PeakMemory"/> and <see cref="RunFolder"/>.
/// </summary>
public sealed record RunResult
{
    /// <summary>The version of this layout that this library writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of this layout.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The search method by name; for training uniform or assignment.</summary>
    public required string Method { get; init; }

    /// <summary>The verb of the command line that made the run; null in results of earlier versions.</summary>
    public string? Verb { get; init; }

    /// <summary>The network.</summary>
    public required string Model { get; init; }

    /// <summary>The data set.</summary>
    public required string Data { get; init; }

    /// <summary>Names all randomness.</summary>
    public required long Seed { get; init; }

    /// <summary>Share of correct predictions on the test images, measured once, at the end; 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The same on the images held out for validation.</summary>
    public required double ValidationAccuracy { get; init; }

    /// <summary>The cost of the formats, in <see cref="CostUnit"/>.</summary>
    public required double Cost { get; init; }

    /// <summary>The limit on it; null where there is none.</summary>
    public double? Target { get; init; }

    /// <summary>GBOPs, MB, bits or ms.</summary>
    public required string CostUnit { get; init; }

    /// <summary>The other costs that were limited at the same time; null where there are none.</summary>
    public IReadOnlyList<LimitResult>? Further { get; init; }

    /// <summary>Layer to formats.</summary>
    public required IReadOnlyDictionary<string, FormatPair> Assignment { get; init; }

    /// <summary>The network that a search over architectures has found, which `--model` takes; null where the network was given.</summary>
    public MobileSpace? Architecture { get; init; }

    /// <summary>Its blocks, and those that it skips; null where the network was given.</summary>
    public IReadOnlyList<BlockResult>? Blocks { get; init; }

    /// <summary>The layers in the order of the network.</summary>
    public required IReadOnlyList<LayerResult> Layers { get; init; }

    /// <summary>The decisions of a search, in the order of the network; null where the formats were given.</summary>
    public IReadOnlyList<DecisionResult>? Decisions { get; init; }

    /// <summary>
    /// The folder of the search that was solved anew for this budget: same network, no training but for the statistics of batch norms.
    /// Null for a run that was trained.
    /// </summary>
    public string? ReSolvedFrom { get; init; }

    /// <summary>A uniform format trained by the same recipe; null if none was asked for.</summary>
    public UniformResult? Uniform { get; init; }

    /// <summary>What was found, trained from other initial weights; null if that was not asked for.</summary>
    public FromScratchResult? FromScratch { get; init; }

    /// <summary>The epochs.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>Every key of the configuration that is set.</summary>
    public required IReadOnlyDictionary<string, string> Config { get; init; }

    /// <summary>Wall-clock seconds, of all processes of a run that was interrupted.</summary>
    public required double Seconds { get; init; }

    /// <summary>The greatest resident memory of a process of the run, bytes; 0 where the system does not tell.</summary>
    public long PeakMemory { get; init; }

    /// <summary>Where all of the run is; null if nothing was written.</summary>
    public string? RunFolder { get; init; }

    /// <summary>Reads the result of a run.</summary>
    /// <exception cref="InputException">The run is not complete, or its result cannot be read.</exception>
    public static RunResult Load(RunFolder folder)
    {
        if (!File.Exists(folder.Result))
            throw new InputException($"{folder.Root}: has no result.json: the run is not complete, go on with it by --resume {ShellWord.Quote(folder.Root)}");
        try
        {
            var result = JsonSerializer.Deserialize<RunResult>(File.ReadAllText(folder.Result), JsonFormat.Compact)
                ?? throw new InputException($"{folder.Result}: is empty");
            return result.Version <= CurrentVersion
                ? result
                : throw new InputException($"{folder.Result}: has version {result.Version}, this program reads up to {CurrentVersion}");
        }
        catch (JsonException e)
        {
            throw new InputException($"{folder.Result}: is damaged: {e.Message}", e);
        }
    }

    /// <summary>The result as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat.Indented) + "\n";

    /// <summary>Writes the trained weights and then this result.</summary>
    public void Save(RunFolder folder, QuantizedModel model)
    {
        ModuleState.Save(model.Network, folder.Model, new Dictionary<string, string> { ["model"] = Model });
        AtomicFile.WriteText(folder.Result, ToJson());
    }
}
