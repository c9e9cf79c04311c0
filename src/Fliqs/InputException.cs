namespace Fliqs;

/// <summary>
/// What was asked for is wrong: a file, a key or a value that only the person who gave it can mend. The message is one line
/// that names it and says how to mend it. The command line prints it without a stack trace and ends with exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Says in one line what is wrong and how to mend it.</summary>
    public InputException(string message) : base(message)
    {
    }

    /// <summary>Says in one line what is wrong and how to mend it, and keeps the failure that showed it.</summary>
    public InputException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
