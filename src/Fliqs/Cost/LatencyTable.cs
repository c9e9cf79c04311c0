using System.Text.Json;
using Fliqs.Storage;

namespace Fliqs.Cost;

/// <summary>Latencies of layers as measured on one machine: a JSON file that <c>fliqs profile</c> writes.</summary>
public sealed record LatencyTable
{
    /// <summary>The version of this layout.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The processor, its cores and the system.</summary>
    public required string Machine { get; init; }

    /// <summary>The runtime and its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>Threads of the runtime.</summary>
    public required int Threads { get; init; }

    /// <summary>Runs that every median is of.</summary>
    public required int Repeats { get; init; }

    /// <summary>The layers, every distinct one in every pair of formats.</summary>
    public required IReadOnlyList<LatencyEntry> Entries { get; init; }

    /// <summary>Changes between integers and floats; empty where the formats are all of one kind.</summary>
    public IReadOnlyList<LatencyChange> Changes { get; init; } = [];

    /// <summary>Whole networks, which the entries are scaled to.</summary>
    public required IReadOnlyList<LatencyNetwork> Networks { get; init; }

    /// <summary>What the table was tried on.</summary>
    public IReadOnlyList<LatencyCheck> Checks { get; init; } = [];

    /// <summary>Reads a table.</summary>
    /// <exception cref="InputException">There is no such file, or it is damaged.</exception>
    public static LatencyTable Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LatencyTable>(File.ReadAllText(path), JsonFormat.Compact)
                ?? throw new InputException($"{path}: is empty; write it by fliqs profile");
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: is no table of latencies: {e.Message}; write it by fliqs profile", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes the table in one piece.</summary>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, JsonFormat.Indented) + "\n");
}
