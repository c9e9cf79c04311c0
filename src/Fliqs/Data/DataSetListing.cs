namespace Fliqs.Data;

/// <summary>What the <c>fliqs data</c> verb tells of one known data set.</summary>
/// <param name="Info">Shape, classes, statistics, attribution and licence.</param>
/// <param name="Description">What the images show and how many there are.</param>
/// <param name="LookedFor">The folder it is looked for in; null if it is built in or has no usual place.</param>
/// <param name="Found">Whether it is there.</param>
/// <param name="HowToGet">How to get it, on one line.</param>
public sealed record DataSetListing(DataSetInfo Info, string Description, string? LookedFor, bool Found, string HowToGet);
