// Uses a server through Firecrawl's MCP server, as an agent does, and prints what the tools answered as one line of JSON.
//   node firecrawl-mcp.mjs PACKAGES SERVER SITE
import { spawn } from 'node:child_process'
import path from 'node:path'
import readline from 'node:readline'

const [packages, server, site] = process.argv.slice(2)
const program = path.join(packages, 'node_modules/firecrawl-mcp/dist/index.js')
const env = { ...process.env, FIRECRAWL_API_URL: server.replace(/\/$/, ''), FIRECRAWL_API_KEY: 'fc-any' }
const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'] })
const waiting = new Map()
let number = 0

readline.createInterface({ input: child.stdout }).on('line', line => {
  if (!line.startsWith('{')) return
  const message = JSON.parse(line)
  waiting.get(message.id)?.(message)
})
child.on('exit', () => waiting.forEach(done => done({ error: { message: 'the MCP server has ended' } })))

function ask(method, params) {
  const id = ++number
  child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\n')
  return new Promise(done => waiting.set(id, done))
}

async function call(name, args) {
  const answer = await ask('tools/call', { name, arguments: args })
  return answer.error?.message ?? answer.result.content.map(part => part.text ?? '').join('\n')
}

await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } })
child.stdin.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) + '\n')
const answers = {
  scrape: await call('firecrawl_scrape', { url: site + 'p/1', formats: ['markdown'] }),
  map: await call('firecrawl_map', { url: site, limit: 10 }),
  crawl: await call('firecrawl_crawl', { url: site + 'p/0', limit: 3, crawlEntireDomain: true }),
}
child.stdin.end()
child.kill()
console.log(JSON.stringify(answers))
