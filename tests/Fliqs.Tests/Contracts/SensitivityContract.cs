using Fliqs.Config;
using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class SensitivityContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        ConfiguredMethod.Create(new RunConfig { Method = "sensitivity", Warmup = 0.25, Probes = 3 }, run.Space, run.Budget);
}
