using System.Text.Json.Nodes;
using Fliqs.Config;
using Fliqs.Storage;

namespace Fliqs.Tests.Config;

public sealed class RunIdentityTests
{
    private static readonly RunConfig Config = RunDefaults.Resolve(new RunConfig { Threads = 1 });

    [Fact]
    public void The_same_run_elsewhere_is_the_same_run() =>
        RunIdentity.Check(Verbs.Search, Config with { Out = "elsewhere", DataDir = "there", Workers = 7, Device = "cuda", Uniform = false }, Saved(Config), "checkpoint");

    [Fact]
    public void A_key_that_changes_what_is_computed_makes_another_run_and_is_named()
    {
        Refused(Config with { Seed = 2 }, "seed 1 instead of 2");
        Refused(Config with { Epochs = 39 }, "epochs 40 instead of 39");
        Refused(Config with { Beta = 0.5 }, "beta unset instead of 0.5");
        Refused(Config with { Width = 0.5 }, "width 0.25 instead of 0.5");
        Refused(Config with { Threads = 2 }, "threads 1 instead of 2");

        static void Refused(RunConfig config, string difference)
        {
            var e = Assert.Throws<InputException>(() => RunIdentity.Check(Verbs.Search, config, Saved(Config), "checkpoint"));
            Assert.StartsWith("checkpoint: ", e.Message);
            Assert.Contains(difference, e.Message);
        }
    }

    [Fact]
    public void A_key_that_is_no_longer_set_makes_another_run() => Assert.Contains(
        "beta 0.5 instead of unset",
        Assert.Throws<InputException>(() => RunIdentity.Check(Verbs.Search, Config, Saved(Config with { Beta = 0.5 }), "checkpoint")).Message);

    [Fact]
    public void A_checkpoint_of_another_verb_is_of_another_run() => Assert.Contains(
        "with verb search instead of train",
        Assert.Throws<InputException>(() => RunIdentity.Check(Verbs.Train, Config, Saved(Config), "checkpoint")).Message);

    [Fact]
    public void Keys_that_the_verb_does_not_take_make_no_difference() => RunIdentity.Check(
        Verbs.Train, Config, Config with { Activations = null, Target = "1.0xINT7", Method = "manual" }, "run");

    [Fact]
    public void A_checkpoint_without_an_identity_is_of_another_run() =>
        Assert.Throws<InputException>(() => RunIdentity.Check(Verbs.Search, Config, new JsonObject(), "checkpoint"));

    /// <summary>As it comes back from a checkpoint.</summary>
    private static JsonNode Saved(RunConfig config) =>
        JsonNode.Parse(new JsonObject { ["run"] = RunIdentity.Of(Verbs.Search, config) }.ToJsonString(JsonFormat.Compact))!;
}
