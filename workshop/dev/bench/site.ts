import { readFile, readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { findChromium, openBrowser } from '../../../tests/e2e/support/index.ts'
import { UserError } from '../../errors.ts'
import { dataPath, root } from '../../paths.ts'
import { listen } from '../../proxy/sockets.ts'
import { buildSite } from '../../site/index.ts'
import { Bench } from './bench.ts'
import { median, time } from './table.ts'

const tries = 3
// A phone of the middle range on a slow 4G network, as Lighthouse has it.
const phone = { width: 390, height: 844 }
const network = { latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 93_750 }
const cpuSlowdown = 4

const types: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

/** `npm run bench site`: sizes of the pages, and when a phone shows the first picture of them. */
export async function runSite(words: string[]): Promise<number> {
  if (words.length > 0) throw new UserError('It is: npm run bench site')
  const bench = new Bench()
  try {
    const folder = bench.folder('site')
    await buildSite(folder)
    bench.section('The site, compressed')
    const first = await sizesOf(folder, ['index.html', 'site.css', 'site.js'])
    bench.row({ what: 'first page, all it loads', value: kilobytes(first), aim: '150 kB' })
    const recordings = join(root, 'workshop', 'site', 'recordings')
    const names = (await readdir(recordings)).filter((name) => name.endsWith('.json'))
    const sizes = names.map(async (name) => (await readFile(join(recordings, name))).length)
    const largest = Math.max(...(await Promise.all(sizes)))
    bench.row({ what: 'largest recording, as it is', value: kilobytes(largest), aim: '30 kB' })
    bench.section('First picture on a slow phone')
    for (const name of ['index.html', '03-publish-subscribe.html'])
      bench.row({
        what: name,
        value: time(await firstPicture(bench, folder, name)),
        aim: '1 s',
      })
    return 0
  } finally {
    await bench.clear()
  }
}

async function sizesOf(folder: string, names: string[]): Promise<number> {
  const sizes = names.map(async (name) => gzipSync(await readFile(join(folder, name))).length)
  return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0)
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

async function firstPicture(bench: Bench, folder: string, name: string): Promise<number> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/workshop/', '')
    readFile(join(folder, path)).then(
      (body) => {
        const type = types[extname(path)] ?? 'text/plain'
        response.writeHead(200, { 'Content-Type': type, 'Content-Encoding': 'gzip' })
        response.end(gzipSync(body))
      },
      () => response.writeHead(404).end(),
    )
  })
  const port = await listen(server, 0)
  const { address, close } = await openBrowser(findChromium(), dataPath('tmp'))
  bench.alsoEnd(close)
  const browser = await chromium.connect(address)
  const times: number[] = []
  for (let i = 0; i < tries; i++) {
    const page = await browser.newPage({ viewport: phone, deviceScaleFactor: 2 })
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Network.emulateNetworkConditions', { offline: false, ...network })
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
    await page.goto(`http://127.0.0.1:${port}/workshop/${name}`)
    const paint = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime'
    times.push(Number(await page.waitForFunction(paint).then((found) => found.jsonValue())))
    await page.close()
  }
  await browser.close()
  await close()
  server.closeAllConnections()
  server.close()
  return median(times)
}
