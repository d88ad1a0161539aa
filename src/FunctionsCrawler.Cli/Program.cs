using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Shell;

TerminalWriter.Install();
return await CrawlProgram.RunAsync(args);
