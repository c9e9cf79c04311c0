using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class PlainOneShotSearchContract : SearchMethodContract
{
    /// <summary>As published: the most probable options, whatever they cost.</summary>
    private protected override bool KeepsBudget => false;

    private protected override ISearchMethod Create(TestRun run) => new OneShotSearch(
        "plain", run.Space, run.Budget, OneShotOptions.Plain with { Quality = QualitySignal.ValidationAccuracy });
}
