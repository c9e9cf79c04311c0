using Fliqs.Config;
using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class DifferentiableContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        ConfiguredMethod.Create(new RunConfig { Method = "differentiable", Warmup = 0.25, Final = 0.4 }, run.Space, run.Budget);
}
