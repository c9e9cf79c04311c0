using System.Text;

namespace Fliqs.Storage;

/// <summary>
/// Writes files that are either the old one or the new one, never half of one: the content goes to a temporary name in the
/// same folder, is flushed to the disk, and then takes the place of the target by a rename.
/// </summary>
public static class AtomicFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Replaces the file by what <paramref name="write"/> puts into the stream.</summary>
    /// <param name="path">The file to make or to replace. Its folder must exist.</param>
    /// <param name="write">Writes the whole content. If it throws, the old file stays and nothing else is left.</param>
    /// <exception cref="IOException">The disk is full, the file becomes larger than is allowed, the folder does not exist, or the target is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "value")
        {
            // What .NET makes of EFBIG.
            Discard(temporary);
            throw new IOException($"File too large for its file system or for a limit of the process : '{path}'", e);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Replaces the file by the text, as UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Removes the temporary file; the failure that led here says more than one of the clean-up.</summary>
    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
