import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { root } from '../../paths.ts'
import { compile, reaper } from '../../process/index.ts'
import { type CommandEvent, Recording, formatEvents, startProxy } from '../../proxy/index.ts'
import { listen } from '../../proxy/sockets.ts'
import { type RunningRedis, findRedisServer, startRedis } from '../../redis/index.ts'
import { showControls } from '../../terminal-text.ts'
import { CliProcess } from '../cli-process.ts'
import type { Bench } from './bench.ts'
import { median, size, time } from './table.ts'

const rounds = 7
const bytes = 200
// More than a recording keeps, so that it is full.
const many = 25_000

/** What it costs that every message goes through the recording proxy. */
export async function proxyCost(bench: Bench): Promise<void> {
  bench.section(`The recording proxy, PUBLISH of ${bytes} bytes and back`)
  const folder = join(root, 'workshop', 'dev', 'bench')
  const { file: publisher } = await compile(folder, 'publisher.ts')
  const server = await findRedisServer()
  const redis = await startRedis(server, { reaper })
  try {
    await memory(bench, redis, publisher)
    await compare(bench, redis, publisher)
  } finally {
    await redis.stop()
  }
  textCost(bench)
}

async function memory(bench: Bench, redis: RunningRedis, publisher: string): Promise<void> {
  const before = memoryInUse()
  const recording = new Recording()
  const proxy = await startProxy({ instance: 'web.1', recording, upstream: redis })
  await publish(publisher, proxy.port, many, 50)
  const full = memoryInUse() - before
  const kept = recording.events.length
  await proxy.close()
  bench.row({ what: `memory with ${kept} events kept`, value: size(full), aim: '20 MB' })
}

// In turns: whatever else the machine is doing, it does to all three. Forwarding alone is what two
// more hops through a Node process cost, whether or not it records.
async function compare(bench: Bench, redis: RunningRedis, publisher: string): Promise<void> {
  const recording = new Recording()
  const proxy = await startProxy({ instance: 'web.1', recording, upstream: redis })
  const forwarding = await forwardOnly(redis.port)
  const ways = { direct: redis.port, 'forwarding alone': forwarding.port, proxy: proxy.port }
  const kinds = [
    { kind: 'one at a time', messages: 2000, depth: 1, aim: '2 ×' },
    { kind: 'pipelines of 50', messages: 50_000, depth: 50, aim: '5 ×' },
  ]
  for (const { kind, messages, depth, aim } of kinds) {
    const times = new Map<string, number[]>()
    for (let round = 0; round < rounds; round++) {
      for (const [way, port] of Object.entries(ways)) {
        const ms = await publish(publisher, port, messages, depth)
        times.set(way, [...(times.get(way) ?? []), ms])
      }
    }
    const direct = median(times.get('direct') ?? [])
    for (const [way, all] of times) {
      bench.row({
        what: `${kind}, ${way}`,
        value: time(median(all)),
        ratio: way === 'direct' ? '' : `${(median(all) / direct).toFixed(2)} × direct`,
        aim: way === 'proxy' ? aim : '',
      })
    }
  }
  await Promise.all([proxy.close(), forwarding.close()])
}

/** @returns milliseconds per message */
async function publish(publisher: string, port: number, count: number, depth: number) {
  const command = [process.execPath, publisher, port, count, bytes, depth].map(String)
  const { stdout, code } = await CliProcess.spawn(root, command).ended
  if (code !== 0) throw new Error(`publisher.ts ended with exit code ${code}`)
  return Number(stdout) / count
}

async function forwardOnly(upstreamPort: number) {
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1')
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => {})
    client.on('data', (chunk) => upstream.write(chunk)).on('close', () => upstream.destroy())
    upstream.on('data', (chunk) => client.write(chunk)).on('close', () => client.destroy())
  })
  const port = await listen(server, 0)
  return { port, close: () => new Promise((resolve) => server.close(resolve)) }
}

// Cutting a line must not depend on the size of the message, and making output safe only
// linearly. Wide characters are the expensive ones.
function textCost(bench: Bench): void {
  bench.section('A message as text: a line of the wire, and program output made safe')
  for (const length of [1e3, 1e4, 1e5, 1e6, 1e7]) {
    // From bytes: a string that was put together would be copied at its first use.
    const text = Buffer.from(`你\u001b${'x'.repeat(98)}`.repeat(length / 100)).toString()
    const event: CommandEvent = {
      seq: 1,
      at: 0,
      instance: 'web.1',
      connection: 1,
      kind: 'command',
      name: 'PUBLISH',
      args: ['instances', text],
      reply: 1,
      repliedAt: 0,
      replySeq: 2,
    }
    const line = fastest(() => formatEvents([event]))
    const output = fastest(() => showControls(text))
    const perKilobyte = (output / length) * 1e3
    bench.row({
      what: `${(length / 1e3).toLocaleString('en')} kB: line, output`,
      value: `${time(line)}, ${time(output)}`,
      ratio: `${(perKilobyte * 1000).toFixed(1)} µs/kB`,
    })
  }
}

function fastest(task: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    task()
    return performance.now() - start
  })
  return Math.min(...times)
}

function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
