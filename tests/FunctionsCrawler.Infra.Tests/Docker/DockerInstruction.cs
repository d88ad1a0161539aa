using System.Text.Json;

namespace FunctionsCrawler.Infra.Tests.Docker;

/// <summary>An instruction of a Dockerfile: its keyword in upper case and the rest, with continued lines joined.</summary>
internal sealed record DockerInstruction(string Keyword, string Rest)
{
    /// <summary>The arguments of the exec form (a JSON array); null for the shell form.</summary>
    public string[]? Exec
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<string[]>(Rest);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Parses a Dockerfile. Does not support here-documents and custom escape characters.</summary>
    public static IReadOnlyList<DockerInstruction> Parse(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line is not "" && line[0] != '#');
        return
        [
            .. string.Join('\n', lines)
                .Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n')
                .Select(line => line.Split(' ', 2))
                .Select(parts => new DockerInstruction(parts[0].ToUpperInvariant(), parts.ElementAtOrDefault(1) ?? "")),
        ];
    }
}
