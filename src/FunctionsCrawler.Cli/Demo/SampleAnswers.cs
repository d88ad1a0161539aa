using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>Answers requests to one instance of the sample site: from its files, and by hand what no file can do.</summary>
internal sealed class SampleAnswers
{
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(300);

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

    /// <summary>Neither URL nor content type tells that this is a download, only the header.</summary>
    private static Task DownloadAsync(HttpResponse response)
    {
        response.ContentType = "text/plain";
        response.Headers.ContentDisposition = "attachment; filename=\"tide-table.txt\"";
        return response.WriteAsync("High water at noon.\n");
    }

    private async Task SendLateAsync(HttpContext context)
    {
        await Task.Delay(Late, TimeProvider.System, context.RequestAborted);
        await SendFileAsync(context);
    }

    private Task SendFileAsync(HttpContext context)
    {
        var file = _content.Find(context.Request.Path.Value ?? "/", context.Request.QueryString.Value ?? "");
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
