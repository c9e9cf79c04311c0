namespace Fliqs.Data;

/// <summary>
/// The three parts a run works with: weights are learnt on the first, choices are made on the second, and the third is
/// looked at once, at the end.
/// </summary>
/// <param name="Training">Images the weights are trained on.</param>
/// <param name="Validation">Images held out of the training set to judge choices by; may be empty.</param>
/// <param name="Test">The data set's own test images.</param>
public sealed record DataSplit(IImageDataSet Training, IImageDataSet Validation, IImageDataSet Test)
{
    /// <summary>
    /// Holds a random share of every class of <paramref name="train"/> out for validation: the rounded share, but at least
    /// one image, and never the last one of a class. The same seed holds out the same images.
    /// </summary>
    /// <param name="train">The images to divide.</param>
    /// <param name="test">The test images, which are left as they are.</param>
    /// <param name="seed">Which random split.</param>
    /// <param name="validationShare">The share to hold out, in [0, 1); 0 holds out nothing.</param>
    /// <exception cref="InputException">The share is out of range, or no class has an image to spare.</exception>
    public static DataSplit Create(IImageDataSet train, IImageDataSet test, long seed, double validationShare = 0.1)
    {
        if (!(validationShare is >= 0 and < 1))
            throw new InputException($"validation share {validationShare}: must be at least 0 and less than 1, such as 0.1");
        var classes = Enumerable.Range(0, train.Count).ToLookup(index => train.Read(index, []));
        var (training, validation) = (new List<int>(), new List<int>());
        foreach (var members in classes)
        {
            var indices = members.ToArray();
            DataStreams.Split(seed, members.Key).Shuffle<int>(indices);
            var held = HeldOut(indices.Length, validationShare);
            validation.AddRange(indices[..held]);
            training.AddRange(indices[held..]);
        }
        if (validation.Count == 0 && validationShare > 0)
            throw new InputException("no class has two training images, so nothing can be held out for validation; add images");

        // File order: evaluation runs through memory, and the loader shuffles what is to be shuffled.
        training.Sort();
        validation.Sort();
        return new DataSplit(new SubsetDataSet(train, training), new SubsetDataSet(train, validation), test);
    }

    private static int HeldOut(int count, double share) =>
        share == 0 ? 0 : Math.Min(Math.Max(1, (int)Math.Round(share * count)), count - 1);
}
