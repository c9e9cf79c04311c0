namespace Fliqs.Storage;

/// <summary>The folder of a run and the names of the files in it.</summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Root = path;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The resolved configuration.</summary>
    public string Config => Path.Combine(Root, "config.yaml");

    /// <summary>The result; there once the run is complete.</summary>
    public string Result => Path.Combine(Root, "result.json");

    /// <summary>The signals of every step, a line of JSON each.</summary>
    public string Metrics => Path.Combine(Root, "metrics.jsonl");

    /// <summary>The trained weights.</summary>
    public string Model => Path.Combine(Root, "model.safetensors");

    /// <summary>The page that shows the result.</summary>
    public string Report => Path.Combine(Root, "report.html");

    /// <summary>The checkpoints.</summary>
    public string Checkpoints => Path.Combine(Root, "checkpoint");

    private string Lock => Path.Combine(Root, ".running");

    private IEnumerable<string> Files => [Config, Result, Metrics, Model, Report];

    /// <summary>Whether a folder is that of a run which has begun.</summary>
    public static bool IsAt(string path) => new RunFolder(path) is var run && File.Exists(run.Config) && (File.Exists(run.Metrics) || File.Exists(run.Result));

    /// <summary>Whether a path is that of a file of this run.</summary>
    public bool Owns(string path) => Files.Any(file => string.Equals(Path.GetFullPath(file), Path.GetFullPath(path), StringComparison.OrdinalIgnoreCase));

    /// <summary>Keeps other processes from working in the folder until what is returned is disposed.</summary>
    /// <exception cref="InputException">Another process works in it.</exception>
    public IDisposable Hold()
    {
        try
        {
            return new FileStream(Lock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(Lock))
        {
            throw new InputException($"{Root}: another process is at work in this run; wait for it, or stop it", e);
        }
    }

    /// <summary>Makes a folder for a new run.</summary>
    /// <exception cref="InputException">It holds files already, or it cannot be made.</exception>
    public static RunFolder Create(string path)
    {
        if (File.Exists(path))
            throw new InputException($"{path}: is a file; give another folder with --out");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new InputException($"{path}: is not empty; give another folder with --out, or go on with that run by --resume {ShellWord.Quote(path)}");
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, ".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be written: {e.Message.TrimEnd('.')}; give another folder with --out", e);
        }

        return new RunFolder(path);
    }

    /// <summary>The run without a result that was begun or gone on with last, of those in a folder that no process works in; null where there is none.</summary>
    /// <exception cref="InputException">As <see cref="Open"/>.</exception>
    public static RunFolder? NewestUnfinished(string parent) => !Directory.Exists(parent) ? null
        : Directory.GetDirectories(parent).Select(path => new RunFolder(path))
            .Where(run => File.Exists(run.Config) && !File.Exists(run.Result) && !run.IsHeld())
            .OrderBy(run => File.GetLastWriteTimeUtc(run.Config)).ThenBy(run => run.Root, StringComparer.Ordinal).LastOrDefault() is { } newest
                ? Open(newest.Root)
                : null;

    private bool IsHeld()
    {
        try
        {
            using var held = File.Exists(Lock) ? Hold() : null;
            return false;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Opens the folder of an earlier run.</summary>
    /// <exception cref="InputException">It is not the folder of a run, or has a folder where a file belongs or the reverse.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        if (!Directory.Exists(path))
            throw new InputException($"{path}: no such run folder");
        foreach (var file in folder.Files)
            if (Directory.Exists(file))
                throw new InputException($"{file}: is a folder where a file belongs; move it away");
        if (File.Exists(folder.Checkpoints))
            throw new InputException($"{folder.Checkpoints}: is a file where a folder belongs; move it away");
        return File.Exists(folder.Config) ? folder : throw new InputException($"{path}: is not a run folder, it has no config.yaml");
    }
}
