// Crawls a site with Crawlee by following its links, and prints what it found as one line of JSON.
// Usage: node crawlee.cjs cheerio|playwright URL CONCURRENCY
// All settings are Crawlee's defaults, but for four: it stores nothing, logs nothing, does not throttle itself and does not
// disguise the browser, which costs it about a tenth.
const { CheerioCrawler, Configuration, LogLevel, PlaywrightCrawler, log } = require('crawlee');

const [kind, start, concurrency] = process.argv.slice(2);
const pages = new Set();
let failed = 0;

function found(url, title) {
  if (title.trim()) pages.add(url.split('#')[0]);
  else failed++;
}

log.setLevel(LogLevel.OFF);
// By default Crawlee uses a quarter of the machine's memory and slows down when it reaches that.
const configuration = new Configuration({ persistStorage: false, purgeOnStart: true, availableMemoryRatio: 1 });
const common = {
  minConcurrency: Number(concurrency),
  maxConcurrency: Number(concurrency),
  failedRequestHandler: () => {
    failed++;
  },
};
const crawlers = {
  cheerio: () =>
    new CheerioCrawler(
      {
        ...common,
        async requestHandler({ $, request, enqueueLinks }) {
          found(request.loadedUrl, $('h1').first().text());
          await enqueueLinks();
        },
      },
      configuration,
    ),
  playwright: () =>
    new PlaywrightCrawler(
      {
        ...common,
        launchContext: { launchOptions: { executablePath: process.env.CRAWL_CHROMIUM || undefined } },
        headless: true,
        browserPoolOptions: { useFingerprints: false },
        async requestHandler({ page, request, enqueueLinks }) {
          // Pages that a script builds have their heading later than the load event.
          found(request.loadedUrl, await page.locator('h1').first().innerText());
          await enqueueLinks();
        },
      },
      configuration,
    ),
};

crawlers[kind]()
  .run([start])
  .then(() => console.log(JSON.stringify({ pages: pages.size, failed })));
