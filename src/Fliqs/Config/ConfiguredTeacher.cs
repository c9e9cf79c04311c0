using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Config;

/// <summary>The network that a configuration names as the teacher of the one in training.</summary>
public static class ConfiguredTeacher
{
    /// <summary>
    /// Loads the teacher: the network of a finished run, in the formats that it was trained for, or weights by the names of
    /// <c>teacher-model</c>, in FP32. Null where there is no teacher.
    /// </summary>
    /// <param name="config">Resolved.</param>
    /// <exception cref="InputException">A file is missing or damaged, or the teacher is for other images or classes.</exception>
    public static QuantizedModel? Create(RunConfig config) => config.Teacher switch
    {
        null => null,
        var path when Directory.Exists(path) => OfRun(config, RunFolder.Open(path)),
        var path when File.Exists(path) => OfFile(config, path),
        var path => throw new InputException($"teacher {path}: no such run folder or file of weights"),
    };

    private static QuantizedModel OfRun(RunConfig config, RunFolder folder)
    {
        if (config.TeacherModel is not null || config.TeacherWidth is not null)
            throw new InputException($"teacher-model and teacher-width go with a file of weights; the run {folder.Root} names its own");
        var taught = RunDefaults.Resolve(ConfigFile.Read([folder.Config], []));
        if (ImagesOf(taught) is var images && images != ImagesOf(config))
            throw new InputException($"teacher {folder.Root}: was trained on {images}, not on {ImagesOf(config)}");
        return ConfiguredModel.OfRun(folder, taught, RunResult.Load(folder));
    }

    private static QuantizedModel OfFile(RunConfig config, string file)
    {
        var own = config with { RoundSums = false };
        if (config.TeacherModel is not null)
            own = own with { Model = config.TeacherModel, Depth = null, Heads = null, Patch = null, Aux = false };
        var model = ConfiguredModel.Create(config.TeacherModel is null && config.TeacherWidth is null ? own : own with { Width = config.TeacherWidth });
        PublishedWeights.Load(model, file, ofOtherClasses: false);
        return model;
    }

    private static string ImagesOf(RunConfig config) =>
        $"{DataSetCatalog.Info(ConfiguredData.Request(config)).Channels} x {config.Input} x {config.Input} pixels and {config.Classes} classes";
}
