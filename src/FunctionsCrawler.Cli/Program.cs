using FunctionsCrawler.Cli.Commands;

return await CrawlProgram.RunAsync(args);
