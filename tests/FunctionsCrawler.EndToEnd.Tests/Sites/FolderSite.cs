using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>Serves a folder of static files.</summary>
internal static class FolderSite
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static Task<TestSite> StartAsync(string folder) =>
        TestSite.StartAsync(context => AnswerAsync(context, folder));

    private static Task AnswerAsync(HttpContext context, string folder)
    {
        var path = context.Request.Path.Value!;
        var file = Path.Join(folder, path.EndsWith('/') ? path + "index.html" : path);
        if (path.Contains("..", StringComparison.Ordinal) || !File.Exists(file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        context.Response.ContentType = Types.TryGetContentType(file, out var type) ? type : "application/octet-stream";
        return context.Response.SendFileAsync(file);
    }
}
