using Fliqs.Config;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;

namespace Fliqs.Tests.Contracts;

public sealed class SensitivityContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        ConfiguredMethod.Create(new RunConfig { Method = "sensitivity", Warmup = 0.25, Probes = 3 }, run.Space, run.Budget);

    [Fact]
    public void Weights_and_activations_have_to_share_their_decisions()
    {
        using var run = new TestRun();
        var space = SearchSpace.Create(run.Model.Shapes, NamedSpaces.Parse("INT4,INT8"), activations: ActivationMode.Separate);
        var method = new ChooseThenTrain("sensitivity", space, 0.25, c => HessianSensitivity.Choose(c, space, run.Budget, 1));
        Assert.StartsWith("sensitivity measures weights", Assert.Throws<InputException>(() => run.Run(method)).Message);
    }
}
