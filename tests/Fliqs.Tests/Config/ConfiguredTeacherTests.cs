using Fliqs.Config;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Storage;
using Fliqs.Tests.Storage;
using Fliqs.Tests.Training;

namespace Fliqs.Tests.Config;

public sealed class ConfiguredTeacherTests : IDisposable
{
    private static readonly RunConfig Tiny =
        new() { Model = "resnet8", Width = 0.25, Epochs = 1, Batch = 256, Threads = 1, Uniform = false, Format = "INT8", Augment = "none" };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_a_teacher_there_is_none() => Assert.Null(ConfiguredTeacher.Create(RunDefaults.Resolve(new RunConfig())));

    [Fact]
    public void A_run_teaches_what_it_has_learnt_in_its_own_formats()
    {
        var run = RunFolder.Create(folder["run"]);
        using var experiment = Experiment.Train(Tiny);
        experiment.Run(run);
        using var teacher = Create(new RunConfig { Model = "vit", Teacher = run.Root });
        Assert.Equal(TrainerTests.Bytes(experiment.Model.Network.state_dict()), TrainerTests.Bytes(teacher.Network.state_dict()));
        Assert.All(teacher.Layers, l => Assert.Equal(NumberFormat.Int8, l.Layer.Formats.Weight));

        Refused(new RunConfig { Teacher = run.Root, TeacherModel = "resnet8" }, "the run", "names its own");
        Refused(new RunConfig { Data = "mnist", Teacher = run.Root }, "was trained on 1 x 8 x 8 pixels and 10 classes, not on 1 x 28 x 28 pixels and 10 classes");
        File.Delete(run.Result);
        Refused(new RunConfig { Teacher = run.Root }, "has no result.json");
    }

    [Fact]
    public void A_file_of_weights_is_for_the_network_of_the_run_or_the_one_that_is_named()
    {
        using var saved = ModelCatalog.Create(new ModelSpec("resnet8", 10, 1, 8, 0.25));
        var file = folder["teacher.safetensors"];
        ModuleState.Save(saved.Network, file);
        foreach (var config in new[]
        {
            new RunConfig { Model = "resnet8", Width = 0.25, Teacher = file },
            new RunConfig { Model = "resnet8", Width = 1, Teacher = file, TeacherWidth = 0.25 },
            new RunConfig { Model = "vit", Depth = 2, Teacher = file, TeacherModel = "resnet8", TeacherWidth = 0.25 },
        })
        {
            using var teacher = Create(config);
            Assert.Equal(TrainerTests.Bytes(saved.Network.state_dict()), TrainerTests.Bytes(teacher.Network.state_dict()));
            Assert.All(teacher.Layers, l => Assert.Equal(NumberFormat.Fp32, l.Layer.Formats.Weight));
        }

        Refused(new RunConfig { Teacher = file, TeacherModel = "resnet8" }, file, "does not fit the model");
        Refused(new RunConfig { Teacher = file, TeacherModel = "resnt8" }, "unknown model 'resnt8'");
        Refused(new RunConfig { Teacher = folder["gone"] }, "no such run folder or file of weights");
        File.WriteAllText(file, "torn");
        Refused(new RunConfig { Teacher = file }, file);
    }

    private static QuantizedModel Create(RunConfig config) => ConfiguredTeacher.Create(RunDefaults.Resolve(config))!;

    private static void Refused(RunConfig config, params string[] parts)
    {
        var message = Assert.Throws<InputException>(() => Create(config)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
