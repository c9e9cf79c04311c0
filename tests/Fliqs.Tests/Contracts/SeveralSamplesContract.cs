using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class SeveralSamplesContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) => new OneShotSearch(
        "fliqs", run.Space, run.Budget, new OneShotOptions { Samples = 3, Quality = QualitySignal.ValidationAccuracy, WarmUpShare = 0.25, FinalShare = 0.4 });
}
