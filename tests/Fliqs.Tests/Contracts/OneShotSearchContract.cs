using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class OneShotSearchContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        new OneShotSearch("fliqs", run.Space, run.Budget, new OneShotOptions { WarmUpShare = 0.25, FinalShare = 0.4 });
}
