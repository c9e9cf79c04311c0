namespace Fliqs;

/// <summary>
/// What was asked for is wrong: a value, a key or a file. The message is one line that names it and says how to mend it.
/// </summary>
public sealed class InputException(string message) : Exception(message);
