// Uses a server through the JavaScript client of Firecrawl, and prints what came back as one line of JSON.
//   node firecrawl.mjs PACKAGES SERVER SITE all|crawl
// PACKAGES is a folder with node_modules; SITE is a site of 120 pages, whose page /p/0 leads to all others, and a start page.
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [packages, server, site, what] = process.argv.slice(2)
const module = path.join(packages, 'node_modules/@mendable/firecrawl-js/dist/index.js')
const { default: Firecrawl } = await import(pathToFileURL(module))
const client = new Firecrawl({ apiKey: 'fc-any', apiUrl: server.replace(/\/$/, '') })
const sources = documents => documents.map(document => document.metadata.sourceURL)

async function failure(action) {
  try {
    await action()
    return null
  } catch (error) {
    return { message: error.message, status: error.status ?? error.statusCode ?? null, code: error.code ?? null }
  }
}

async function crawl() {
  const job = await client.crawl(site + 'p/0', { crawlEntireDomain: true, pollInterval: 1 })
  return { id: job.id, status: job.status, completed: job.completed, total: job.total, sources: sources(job.data) }
}

async function cancel() {
  const job = await client.startCrawl(site + 'p/0', { crawlEntireDomain: true, delay: 5 })
  const active = await client.getActiveCrawls()
  const cancelled = await client.cancelCrawl(job.id)
  const status = await client.getCrawlStatus(job.id)
  return { id: job.id, active: active.crawls.map(c => c.id), cancelled, status: status.status }
}

async function all() {
  const page = await client.scrape(site + 'p/1', { formats: ['markdown', 'html', 'links', { type: 'screenshot', fullPage: true }] })
  const steps = await client.scrape(site + 'p/1', {
    actions: [{ type: 'wait', milliseconds: 10 }, { type: 'scroll', direction: 'down' }, { type: 'screenshot' }],
  })
  const missing = await client.scrape(site + 'missing')
  const batch = await client.batchScrape([site + 'p/2', site + 'p/3'], { options: { formats: ['markdown'] }, pollInterval: 1 })
  const map = await client.map(site, { limit: 3 })
  const crawled = await crawl()
  return {
    page,
    steps: steps.actions,
    missing: missing.metadata.statusCode,
    batch: { id: batch.id, status: batch.status, sources: sources(batch.data) },
    map: map.links.map(link => link.url),
    crawl: crawled,
    errors: await client.getCrawlErrors(crawled.id),
    cancel: await cancel(),
    credits: (await client.getCreditUsage()).remainingCredits,
    queue: (await client.getQueueStatus()).maxConcurrency,
    refused: await failure(() => client.scrape(site + 'p/1', { formats: ['summary'] })),
    blocked: await failure(() => client.scrape('http://169.254.169.254/')),
    unknown: await failure(() => client.getCrawlStatus('0190aaaa-0000-7000-8000-000000000000')),
    v1: (await client.v1.scrapeUrl(site + 'p/1', { formats: ['markdown'] })).markdown,
    v1crawl: sources((await client.v1.crawlUrl(site + 'p/0', { limit: 2, allowBackwardLinks: true }, 1)).data),
  }
}

console.log(JSON.stringify(what === 'crawl' ? { crawl: await crawl() } : await all()))
