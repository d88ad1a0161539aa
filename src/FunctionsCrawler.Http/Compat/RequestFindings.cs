using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat;

/// <summary>What is wrong with a request, and what of it is ignored.</summary>
internal sealed class RequestFindings
{
    private readonly List<RequestFault> _faults = [];
    private readonly List<string> _unknown = [];

    /// <summary>The faults. A request with faults is refused.</summary>
    public IReadOnlyList<RequestFault> Faults => _faults;

    /// <summary>The fields that are unknown.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>What the client should know about a request that is accepted; null if there is nothing.</summary>
    public string? Warning =>
        _unknown is [] ? null : $"These fields are unknown and were ignored: {string.Join(", ", _unknown)}.";

    /// <summary>Adds a fault.</summary>
    public void Refuse(string field, string message) => _faults.Add(new RequestFault(field, message));

    /// <summary>Adds faults.</summary>
    public void Refuse(IEnumerable<RequestFault> faults) => _faults.AddRange(faults);

    /// <summary>Adds a field that is unknown.</summary>
    public void Ignore(string field) => _unknown.Add(field);
}
