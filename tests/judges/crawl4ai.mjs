// Uses a server through the JavaScript client of crawl4ai, and prints what came back as one line of JSON.
//   node crawl4ai.mjs PACKAGES SERVER SITE
// PACKAGES is a folder with node_modules; SITE is a site whose page /p/0 leads to others.
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [packages, server, site] = process.argv.slice(2)
const module = path.join(packages, 'node_modules/crawl4ai/dist/index.js')
const { Crawl4AI } = await import(pathToFileURL(module))
const client = new Crawl4AI({ baseUrl: server, retries: 0 })

async function failure(action) {
  try {
    await action()
    return null
  } catch (error) {
    return { message: error.message, status: error.status ?? null }
  }
}

async function stream() {
  const lines = []
  for await (const line of client.crawlStream({ urls: [site + 'p/1', site + 'p/2', site + 'missing'] })) lines.push(line)
  return lines.map(line => ({ url: line.url ?? null, status: line.status ?? null, success: line.success ?? null }))
}

// The client has no method for jobs.
async function job() {
  const started = await (await fetch(server + 'crawl/job', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      urls: [site + 'p/0'],
      crawler_config: { deep_crawl_strategy: { type: 'BFSDeepCrawlStrategy', params: { max_depth: 2, max_pages: 5 } } },
    }),
  })).json()
  for (;;) {
    const task = await (await fetch(server + 'crawl/job/' + started.task_id)).json()
    if (task.status !== 'processing') return { id: started.task_id, status: task.status, urls: task.result.results.map(r => r.url) }
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

const [page] = await client.crawl({
  urls: site + 'p/1',
  browser_config: { headless: true, viewport: { width: 800, height: 600 } },
  crawler_config: { cache_mode: 'bypass', wait_until: 'load', screenshot: true },
})
const schema = await client.schema()
console.log(JSON.stringify({
  version: await client.version(),
  page: {
    success: page.success,
    markdown: page.markdown.raw_markdown,
    links: page.links.internal.map(link => link.href),
    screenshot: page.screenshot.slice(0, 12),
    fields: Object.keys(page),
  },
  stream: await stream(),
  markdown: await client.markdown({ url: site + 'p/1', filter: 'raw' }),
  html: await client.html({ url: site + 'p/1' }),
  screenshot: (await client.screenshot({ url: site + 'p/1', screenshot_wait_for: 0 })).slice(0, 12),
  pdf: (await client.pdf({ url: site + 'p/1' })).slice(0, 8),
  schema: [schema.browser.type, schema.crawler.type],
  token: (await client.token({ email: 'a@b.example' })).token_type,
  dump: await client.configDump({ type: 'CrawlerRunConfig', params: { page_timeout: 5 } }).catch(error => error.message),
  refused: await failure(() => client.crawl({ urls: site + 'p/1', browser_config: { extra_args: ['--x'] } })),
  scripts: await failure(() => client.executeJs({ url: site + 'p/1', scripts: ['1'] })),
  blocked: await failure(() => client.crawl({ urls: 'http://169.254.169.254/' })),
  job: await job(),
}))
