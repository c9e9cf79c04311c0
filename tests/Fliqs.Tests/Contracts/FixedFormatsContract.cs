using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;

namespace Fliqs.Tests.Contracts;

public sealed class FixedFormatsContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) => new FixedFormats(
        "uniform", run.Model.UniformFormats(NumberFormat.Int4), 0.25, new LayerFormats(NumberFormat.Int8));
}
