import { cpus } from 'node:os'
import { findRedisServer, startRedis } from '../../redis/index.ts'
import { reaper } from '../../process/index.ts'
import { root } from '../../paths.ts'
import { type Bench, measure } from './bench.ts'
import { median } from './table.ts'
import { CliProcess } from '../cli-process.ts'

const times = 9

/** This machine's own limits: nothing that starts a Node or a Redis can be faster than these. */
export async function machine(bench: Bench): Promise<void> {
  const server = await findRedisServer({ log: (line) => console.error(line) })
  bench.section(`This machine: ${cpus().length} cores, Node ${process.version}, ${server.name}`)
  const bare = [process.execPath, '--eval', '0']
  const node = await measure(times, () => CliProcess.spawn(root, bare).ended)
  bench.nodeMs = median(node)
  bench.times('node starts and ends', node)
  const stops: Promise<void>[] = []
  const redis = await measure(times, async () => {
    const running = await startRedis(server, { reaper })
    stops.push(running.stop())
  })
  await Promise.all(stops)
  bench.times('redis starts, to PONG', redis)
  const progress = await measure(times, showProgress)
  bench.times('npm run progress', progress)
}

function showProgress(): Promise<unknown> {
  return CliProcess.npm(root, 'run -s progress').ended
}
