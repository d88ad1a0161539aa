namespace FunctionsCrawler.Browsing;

/// <summary>One request of a page and its response, as far as it is known.</summary>
/// <param name="Url">The URL as it may be recorded.</param>
/// <param name="Method">The method.</param>
/// <param name="Type">What was requested, in lower case.</param>
/// <param name="Started">When it was sent, in seconds of the browser's monotonic clock.</param>
internal sealed record RecordedRequest(string Url, string Method, string Type, double Started)
{
    /// <summary>When it was sent, in seconds since 1970.</summary>
    public double WallTime { get; init; }

    /// <summary>The headers as they may be recorded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The status; null if there was no response.</summary>
    public int? Status { get; set; }

    /// <summary>The response; null if there was none, or if only failures are recorded.</summary>
    public RecordedResponse? Response { get; set; }

    /// <summary>The bytes of the content, after decompression.</summary>
    public long ContentBytes { get; set; }

    /// <summary>The bytes of the whole response as sent; null if unknown.</summary>
    public long? SentBytes { get; set; }

    /// <summary>When it ended, in seconds of the browser's monotonic clock; null if it has not.</summary>
    public double? Ended { get; set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public string? Error { get; set; }
}

/// <summary>The head of a response.</summary>
internal sealed record RecordedResponse
{
    /// <summary>The text after the status; often empty.</summary>
    public required string StatusText { get; init; }

    /// <summary>The protocol: "http/1.1", "h2".</summary>
    public required string Protocol { get; init; }

    /// <summary>The media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>The headers as they may be recorded.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Where it redirects to; empty if it does not.</summary>
    public string RedirectUrl { get; init; } = "";

    /// <summary>The bytes of the head as sent; null if unknown.</summary>
    public long? HeadBytes { get; init; }

    /// <summary>The phases of the request; null if it took none, from a cache for example.</summary>
    public RequestPhases? Phases { get; init; }
}

/// <summary>The phases of a request: milliseconds after <see cref="Origin"/>; -1 for those that it did not have.</summary>
internal sealed record RequestPhases
{
    /// <summary>The begin, in seconds of the browser's monotonic clock.</summary>
    public required double Origin { get; init; }

    /// <summary>The name of the host was being resolved.</summary>
    public (double Start, double End) Dns { get; init; }

    /// <summary>The connection was being opened, TLS included.</summary>
    public (double Start, double End) Connect { get; init; }

    /// <summary>TLS was being negotiated.</summary>
    public (double Start, double End) Tls { get; init; }

    /// <summary>The request was being sent.</summary>
    public (double Start, double End) Send { get; init; }

    /// <summary>The head of the response had arrived.</summary>
    public double HeadersEnd { get; init; }
}
