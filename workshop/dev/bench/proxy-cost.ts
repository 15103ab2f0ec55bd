import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { root } from '../../paths.ts'
import { type RunningRedis, findRedisServer, startRedis } from '../../redis/index.ts'
import { compile, trackGroup } from '../../process/index.ts'
import { Recording, startProxy } from '../../proxy/index.ts'
import type { Bench } from './bench.ts'
import { median, size, time } from './table.ts'
import { CliProcess } from '../cli-process.ts'

const rounds = 10
const messages = 2000
// More than a recording keeps, so that it is full.
const many = 25_000
const bytes = 200

/** What it costs that every message goes through the tap. */
export async function proxyCost(bench: Bench): Promise<void> {
  bench.section(`The tap, PUBLISH of ${bytes} bytes and back`)
  const { file: publisher } = await compile(
    join(root, 'workshop', 'dev', 'bench'),
    'publisher.ts',
  )
  const server = await findRedisServer()
  const redis = await startRedis(server, { onSpawn: trackGroup })
  try {
    await memory(bench, redis, publisher)
    await roundTrips(bench, redis, publisher)
  } finally {
    await redis.stop()
  }
}

async function memory(bench: Bench, redis: RunningRedis, publisher: string): Promise<void> {
  const before = memoryInUse()
  const recording = new Recording()
  const opened = await startProxy({ instance: 'web.1', recording, upstream: redis })
  await publish(publisher, opened.port, many)
  const full = memoryInUse() - before
  const kept = recording.events.length
  await opened.close()
  bench.row({ what: `memory with ${kept} events kept`, value: size(full), aim: '20 MB' })
}

// In turns, direct and tapped: whatever else the machine is doing, it does to both.
async function roundTrips(bench: Bench, redis: RunningRedis, publisher: string): Promise<void> {
  const recording = new Recording()
  const opened = await startProxy({ instance: 'web.1', recording, upstream: redis })
  const direct: number[] = []
  const tapped: number[] = []
  for (let round = 0; round < rounds; round++) {
    direct.push(await publish(publisher, redis.port, messages))
    tapped.push(await publish(publisher, opened.port, messages))
  }
  await opened.close()
  const ratio = median(tapped) / median(direct)
  const cost = median(tapped) - median(direct)
  bench.row({ what: 'a message, direct', value: time(median(direct)) })
  bench.row({
    what: 'a message, through the tap',
    value: time(median(tapped)),
    ratio: `${ratio.toFixed(2)} × direct`,
  })
  bench.row({ what: 'what the tap adds', value: time(cost), aim: '0.2 ms' })
}

/** @returns milliseconds per message */
async function publish(publisher: string, port: number, count: number): Promise<number> {
  const command = [process.execPath, publisher, port, count, bytes].map(String)
  const { stdout } = await CliProcess.spawn(root, command).ended
  return Number(stdout) / count
}

function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
