using Microsoft.ML.OnnxRuntime;

namespace Fliqs.OnnxRuntime;

/// <summary>A network loaded into ONNX Runtime, on the CPU, with the optimizations that it has by default.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();

    /// <summary>Loads a network.</summary>
    /// <param name="model">The content of an ONNX file.</param>
    /// <param name="threads">Threads of its operations, at least 1.</param>
    /// <exception cref="InputException">ONNX Runtime does not take the file.</exception>
    public OnnxSession(byte[] model, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InputException($"ONNX Runtime {Version} does not take the network: {e.Message}", e);
        }
    }

    /// <summary>The version of ONNX Runtime.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs => session.OutputNames;

    /// <summary>Runs the network once.</summary>
    /// <param name="input">The values of its one input.</param>
    /// <param name="shape">Their shape.</param>
    /// <returns>An output each, as float32: codes as their value.</returns>
    public IReadOnlyList<float[]> Run(float[] input, long[] shape)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var results = Run(value);
        return [.. results.Select(Floats)];
    }

    /// <summary>Runs the network once on a value of any type.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(OrtValue input) => session.Run(run, session.InputNames, [input], session.OutputNames);

    /// <inheritdoc/>
    public void Dispose()
    {
        run.Dispose();
        session.Dispose();
    }

    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int8 => [.. value.GetTensorDataAsSpan<sbyte>().ToArray().Select(c => (float)c)],
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(c => (float)c)],
        var other => throw new NotSupportedException($"outputs of type {other} are not read"),
    };
}
