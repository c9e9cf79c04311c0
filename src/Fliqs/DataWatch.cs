using Fliqs.Data;
using Fliqs.Search;
using Fliqs.Storage;

namespace Fliqs;

/// <summary>
/// Passes on what happens in a run, and adds what turned out about its files: a line after every epoch in which more of them could not
/// be read, and all of their names in the run folder.
/// </summary>
internal sealed class DataWatch(ImageData files, RunFolder? folder, IRunObserver? observer) : IRunObserver
{
    /// <summary>The file in the run folder, a path and a reason a line.</summary>
    public const string ListName = "unreadable-images.txt";

    private int told;

    /// <summary>Tells what is known before the first step.</summary>
    public void Begin()
    {
        foreach (var note in files.Notes)
            OnNote(note);
    }

    /// <summary>Tells of unreadable files, if there are more than the last time.</summary>
    public void Tell()
    {
        var all = files.Unreadable.All;
        if (all.Count == told)
            return;
        told = all.Count;
        if (folder is not null)
            AtomicFile.WriteText(Path.Combine(folder.Root, ListName), string.Concat(all.Select(u => $"{u.Path}: {u.Reason}\n")));
        OnNote(files.Unreadable.Summary! + (folder is null ? "" : $"; all are in {Path.Combine(folder.Root, ListName)}"));
    }

    public void OnStep(StepRecord step, int totalSteps) => observer?.OnStep(step, totalSteps);

    public void OnEpoch(EpochRecord epoch)
    {
        observer?.OnEpoch(epoch);
        Tell();
    }

    public void OnNote(string message) => observer?.OnNote(message);
}
