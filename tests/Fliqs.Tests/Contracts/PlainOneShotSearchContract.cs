using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class PlainOneShotSearchContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) => new OneShotSearch(
        "plain", run.Space, run.Budget, OneShotOptions.Plain with { Quality = QualitySignal.ValidationAccuracy });
}
