using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Fliqs.Tests.EndToEnd;

/// <summary>A headless Chromium, spoken to by its protocol for tools (DevTools).</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo profile = Directory.CreateTempSubdirectory("fliqs-browser-");
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource timeout = new(Patience);
    private string? session;
    private int sent;
    private bool loaded;

    private Browser(string program) => process = Process.Start(new ProcessStartInfo(
        program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0",
            $"--user-data-dir={profile.FullName}", "about:blank",
        ])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Addresses that pages have asked for since the browser was started.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts the browser; without one the test is skipped.</summary>
    public static async Task<Browser> Start()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (program is null)
            Assert.Skip("no chromium on this machine: pages of reports are not looked at in a browser");
        var browser = new Browser(program);
        await browser.Connect();
        return browser;
    }

    /// <summary>Opens a file and waits until it is drawn.</summary>
    public async Task Open(string file, int width, int height, bool dark)
    {
        await Send("Emulation.setDeviceMetricsOverride", $$"""{"width":{{width}},"height":{{height}},"deviceScaleFactor":1,"mobile":{{(width < 600 ? "true" : "false")}}}""");
        await Send("Emulation.setEmulatedMedia", $$"""{"features":[{"name":"prefers-color-scheme","value":"{{(dark ? "dark" : "light")}}"}]}""");
        loaded = false;
        await Send("Page.navigate", $$"""{"url":"{{new Uri(file)}}"}""");
        while (!loaded)
            await Receive();
    }

    /// <summary>The value of an expression of JavaScript.</summary>
    public async Task<JsonNode> Evaluate(string expression)
    {
        var answer = await Send("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }.ToJsonString());
        return answer["result"]?["value"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    /// <summary>What is seen, as PNG.</summary>
    public async Task<byte[]> Screenshot() => Convert.FromBase64String((string)(await Send("Page.captureScreenshot", "{}"))["data"]!);

    /// <summary>What is printed, as PDF.</summary>
    public async Task<byte[]> Print() => Convert.FromBase64String((string)(await Send("Page.printToPDF", "{}"))["data"]!);

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        socket.Dispose();
        timeout.Dispose();
        for (var tries = 1; ; tries++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException) when (tries < 20)    // a helper that outlived the browser still writes
            {
                await Task.Delay(100);
            }
        }
    }

    private async Task Connect()
    {
        string? line;
        do
            line = await process.StandardError.ReadLineAsync(timeout.Token);
        while (line?.StartsWith("DevTools listening on ", StringComparison.Ordinal) == false);
        _ = process.StandardError.ReadToEndAsync();
        Assert.True(line is not null, "chromium ended before it listened");
        await socket.ConnectAsync(new Uri(line["DevTools listening on ".Length..]), timeout.Token);
        var target = (await Send("Target.createTarget", """{"url":"about:blank"}"""))["targetId"]!.ToJsonString();
        session = (string)(await Send("Target.attachToTarget", $$"""{"targetId":{{target}},"flatten":true}"""))["sessionId"]!;
        await Send("Page.enable", "{}");
        await Send("Network.enable", "{}");
    }

    private async Task<JsonNode> Send(string method, string parameters)
    {
        timeout.CancelAfter(Patience);
        var message = new JsonObject { ["id"] = ++sent, ["method"] = method, ["params"] = JsonNode.Parse(parameters) };
        if (session is not null)
            message["sessionId"] = session;
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, timeout.Token);
        while (true)
        {
            var answer = await Receive();
            if ((int?)answer["id"] == sent)
                return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer.ToJsonString()}");
        }
    }

    private async Task<JsonNode> Receive()
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        var message = JsonNode.Parse(text.ToArray())!;
        loaded |= (string?)message["method"] == "Page.loadEventFired";
        if ((string?)message["method"] == "Network.requestWillBeSent")
            Requests.Add((string)message["params"]!["request"]!["url"]!);
        return message;
    }
}
