using System.Text.Json;

namespace FunctionsCrawler.Browsing;

/// <summary>The phases of a request in an HTTP Archive, in milliseconds; -1 for those that it did not have.</summary>
internal readonly record struct HarTimings(
    double Blocked,
    double Dns,
    double Connect,
    double Send,
    double Wait,
    double Receive,
    double Tls
)
{
    /// <summary>The whole time. TLS is a part of connecting.</summary>
    public double Total =>
        Round(Math.Max(0, Blocked) + Math.Max(0, Dns) + Math.Max(0, Connect) + Send + Wait + Receive);

    /// <summary>Computes the phases of a request.</summary>
    public static HarTimings Of(RecordedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Response?.Phases is not { } phases)
        {
            var whole = request.Ended is { } end ? Math.Max(0, (end - request.Started) * 1000) : 0;
            return new HarTimings(-1, -1, -1, 0, Round(whole), 0, -1);
        }
        // Before its first phase it waited for a connection.
        double[] starts = [phases.Dns.Start, phases.Connect.Start, phases.Send.Start];
        var first = starts.Where(start => start >= 0).DefaultIfEmpty(0).Min();
        var queued = Math.Max(0, (phases.Origin - request.Started) * 1000);
        var received = request.Ended is { } ended ? (ended - phases.Origin) * 1000 : phases.HeadersEnd;
        return new HarTimings(
            Round(queued + first),
            Between(phases.Dns),
            Between(phases.Connect),
            Math.Max(0, Between(phases.Send)),
            Math.Max(0, Between((phases.Send.End, phases.HeadersEnd))),
            Math.Max(0, Round(received - phases.HeadersEnd)),
            Between(phases.Tls)
        );
    }

    /// <summary>Writes the phases.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject("timings");
        json.WriteNumber("blocked", Blocked);
        json.WriteNumber("dns", Dns);
        json.WriteNumber("connect", Connect);
        json.WriteNumber("send", Send);
        json.WriteNumber("wait", Wait);
        json.WriteNumber("receive", Receive);
        json.WriteNumber("ssl", Tls);
        json.WriteEndObject();
    }

    private static double Between((double Start, double End) phase) =>
        phase.Start < 0 || phase.End < phase.Start ? -1 : Round(phase.End - phase.Start);

    private static double Round(double value) => Math.Round(value, 3);
}
