using Fliqs.Config;
using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class RandomContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        ConfiguredMethod.Create(new RunConfig { Method = "random", Warmup = 0.25, Candidates = 4 }, run.Space, run.Budget);
}
