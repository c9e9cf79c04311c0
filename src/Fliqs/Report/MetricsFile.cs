using System.Text.Json;
using Fliqs.Search;
using Fliqs.Storage;

namespace Fliqs.Report;

/// <summary>Reads the signals of a run, <c>metrics.jsonl</c>.</summary>
internal static class MetricsFile
{
    /// <summary>The steps so far; none without a file. A last line that is only half written yet is left out.</summary>
    /// <exception cref="InputException">A line cannot be read.</exception>
    public static IReadOnlyList<StepRecord> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        // the run may still be writing
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var steps = new List<StepRecord>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                steps.Add(JsonSerializer.Deserialize<StepRecord>(lines[i], JsonFormat.Compact)
                    ?? throw new InputException($"{path}: line {i + 1} is empty"));
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
            }
            catch (JsonException e)
            {
                throw new InputException($"{path}: line {i + 1} is damaged: {e.Message}", e);
            }
        }

        return steps;
    }
}
