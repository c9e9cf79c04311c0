namespace Fliqs.Search;

/// <summary>
/// A way to find an assignment and train the network for it in one run. Every method gets the same data, steps, quantizers and
/// costs from its context, so that results can be compared.
/// </summary>
public interface ISearchMethod
{
    /// <summary>The name on the command line and in results.</summary>
    string Name { get; }

    /// <summary>Runs to the end, or from where a checkpoint left off.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; a checkpoint has been saved.</exception>
    SearchOutcome Run(SearchContext run);
}
