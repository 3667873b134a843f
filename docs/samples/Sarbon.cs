// Submits documents, follows events and verifies webhooks, with .NET 8 and its standard library alone.
//   dotnet run -- submit DOCUMENT.json ... | events POSITION COUNT | webhook ID TIMESTAMP SIGNATURE < BODY
// NODE=https://node.example:8443, SARBON_TOKEN=sarbon_..., SARBON_SECRET=whsec_... (webhooks)
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(90) };
http.DefaultRequestHeaders.Authorization = new("Bearer", Env("SARBON_TOKEN"));

switch (args[0]) {
    case "submit": foreach (var file in args[1..]) Console.WriteLine(await Submit(file)); break;
    case "events": await Events(long.Parse(args[1]), int.Parse(args[2])); break;
    default: Console.WriteLine(IsSigned(args[1], args[2], args[3], Input()) ? "signed" : "not signed"); break;
}

// Submits a file under its name as the key: submitted again, it is sent once.
Task<string> Submit(string file) => Ask(() => {
    var content = new ByteArrayContent(File.ReadAllBytes(file));
    content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
    var request = new HttpRequestMessage(HttpMethod.Post, At("/documents")) { Content = content };
    request.Headers.Add("Idempotency-Key", Path.GetFileName(file));
    return request;
});

// Prints events after a position, in order; keep the last position, and begin after it next time.
async Task Events(long position, int count) {
    while (count > 0) {
        var page = JsonDocument.Parse(await Ask(() =>
            new HttpRequestMessage(HttpMethod.Get, At($"/events?wait=25&limit=100&after={position}")))).RootElement;
        foreach (var one in page.GetProperty("events").EnumerateArray().Take(count)) {
            Console.WriteLine($"{one.GetProperty("sequence")} {one.GetProperty("type")} {one.GetProperty("subject")}");
            count--;
        }
        position = page.GetProperty("position").GetInt64();
    }
}

// Sends a request, again as it was (the key too) when no answer comes, or the node asks to wait.
async Task<string> Ask(Func<HttpRequestMessage> make) {
    for (var attempt = 1; ; attempt++) {
        var wait = TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, attempt)));
        try {
            using var answer = await http.SendAsync(make());
            var (status, body) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
            if (status < 300) return body;
            if ((status != 429 && status < 500) || attempt == 8)
                throw new InvalidOperationException($"{status} {body}"); // a problem document
            if (answer.Headers.RetryAfter?.Delta is TimeSpan asked && asked > wait) wait = asked;
        } catch (Exception lost) when (attempt < 8 && lost is HttpRequestException or TaskCanceledException) { }
        await Task.Delay(wait);
    }
}

// Says whether the node signed this webhook in the last five minutes (Standard Webhooks 1.0).
bool IsSigned(string id, string at, string signatures, byte[] body) {
    if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(at)) > 300) return false;
    var key = Convert.FromBase64String(Env("SARBON_SECRET").Replace("whsec_", ""));
    byte[] said = [.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body];
    var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, said));
    return signatures.Split(' ').Any(one => // in constant time
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(expected)));
}

byte[] Input() {
    using var all = new MemoryStream();
    Console.OpenStandardInput().CopyTo(all);
    return all.ToArray();
}

string At(string path) => Env("NODE") + "/api/v1" + path;
string Env(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name);
