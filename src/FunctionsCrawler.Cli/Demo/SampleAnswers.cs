using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>Answers requests to one instance of the sample site: files, and responses that need code, such as redirects.</summary>
internal sealed class SampleAnswers
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(300);

    private readonly SampleContent _content = new();
    private int _flakyRequests;

    public Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/old/guide":
                response.Redirect("/guide/", permanent: true);
                return Task.CompletedTask;
            case "/temp":
                response.Redirect("/guide/install");
                return Task.CompletedTask;
            case "/lab/loop":
                response.Redirect("/lab/loop");
                return Task.CompletedTask;
            case "/error":
                return FailAsync(response, StatusCodes.Status500InternalServerError);
            case "/flaky" when Interlocked.Increment(ref _flakyRequests) == 1:
                return FailAsync(response, StatusCodes.Status503ServiceUnavailable);
            case "/hostile/download":
                return DownloadAsync(response);
            case "/js/late.json":
                return SendLateAsync(context);
            default:
                return SendFileAsync(context);
        }
    }

    /// <summary>Only the Content-Disposition header marks this as a download, neither the URL nor the content type.</summary>
    private static Task DownloadAsync(HttpResponse response)
    {
        response.ContentType = "text/plain";
        response.Headers.ContentDisposition = "attachment; filename=\"tide-table.txt\"";
        return response.WriteAsync("High water at noon.\n");
    }

    private async Task SendLateAsync(HttpContext context)
    {
        await Task.Delay(Delay, TimeProvider.System, context.RequestAborted);
        await SendFileAsync(context);
    }

    private Task SendFileAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var file =
            _content.Find(path, context.Request.QueryString.Value ?? "")
            ?? SampleFinding.Find(path, $"{context.Request.Scheme}://{context.Request.Host}");
        if (file is null)
            return FailAsync(context.Response, StatusCodes.Status404NotFound);
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Bytes.Length;
        return context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted).AsTask();
    }

    private static Task FailAsync(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync($"<!doctype html><title>{status}</title><h1>Error {status}</h1>");
    }
}
