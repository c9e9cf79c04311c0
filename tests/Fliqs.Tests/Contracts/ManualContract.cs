using Fliqs.Config;
using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class ManualContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        ConfiguredMethod.Create(new RunConfig { Method = "manual", Warmup = 0.25 }, run.Space, run.Budget);
}
