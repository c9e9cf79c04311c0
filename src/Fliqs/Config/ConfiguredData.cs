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

    /// <summary>Refuses a folder for data that are part of the program.</summary>
    /// <exception cref="InputException">There is one, or the data set is unknown.</exception>
    public static void CheckFolder(string data, string? folder)
    {
        if (folder is not null && DataSetCatalog.IsEmbedded(data))
            throw new InputException($"data-dir {folder}: {data} is part of the program; leave it out, or name the data set of the folder");
    }
}
