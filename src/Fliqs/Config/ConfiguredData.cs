using Fliqs.Data;

namespace Fliqs.Config;

/// <summary>The data that a configuration asks for.</summary>
public static class ConfiguredData
{
    /// <summary>What to look for, and how to read it.</summary>
    public static DataRequest Request(RunConfig config) => new(config.Data, config.DataDir)
    {
        Input = config.Input,
        Classes = config.Classes,
        Workers = config.Workers,
        EvalCrop = config.EvalCrop,
    };
}
