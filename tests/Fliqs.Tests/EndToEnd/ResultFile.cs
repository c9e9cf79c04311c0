using System.Text.Json.Nodes;
using Fliqs.Tests.Results;

namespace Fliqs.Tests.EndToEnd;

/// <summary>The JSON of a result, and the part of it that the seed decides.</summary>
internal static class ResultFile
{
    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>Everything but when and where it was computed, of a result that its schema describes.</summary>
    public static string Comparable(string json)
    {
        var result = Parse(json);
        ResultSchema.Check(result);
        Assert.True(result.Remove("seconds"));
        Assert.True(result.Remove("peakMemory"));
        Assert.True(result.Remove("runFolder"));
        return result.ToJsonString();
    }
}
