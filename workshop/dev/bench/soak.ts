import { UserError } from '../../errors.ts'
import type { Bench } from './bench.ts'
import {
  type Load,
  type Measurement,
  adapterChat,
  compareWithAdapter,
  solution,
} from './soak/compare.ts'
import { number, time } from './table.ts'

// Many devices to a user, where sending to them is nearly everything, and few, as people have.
const loads = [
  { devices: 200, perSecond: 80 },
  { devices: 12, perSecond: 400 },
]
const adapter = '@socket.io/redis-adapter'

/**
 * Step 9's chat beside the same chat with Socket.IO's own adapter, under the same load.
 *
 * @param seconds how long each chat is measured with each load
 * @throws UserError with exit code 1 when a message did not arrive exactly once
 */
export async function soakSection(bench: Bench, seconds: number): Promise<void> {
  const faults: string[] = []
  for (const load of loads) {
    // Short rounds, in turns: other work on this machine then slows down both alike.
    const rounds = Math.max(3, Math.round(seconds / 5))
    faults.push(...(await compare(bench, { ...load, rounds, seconds: seconds / rounds })))
  }
  if (faults.length > 0)
    throw new UserError(['Not every message arrived exactly once.', ...faults].join('\n'), 1)
}

async function compare(bench: Bench, load: Load): Promise<string[]> {
  const { devices, perSecond, rounds, seconds } = load
  bench.section(
    `Beside ${adapter}: ${devices} devices, ${perSecond} messages/s, ${rounds} × ${seconds} s`,
  )
  const chats = { ours: solution, theirs: adapterChat }
  const { ours, theirs, ratio } = await compareWithAdapter(chats, load, (stop) =>
    bench.alsoEnd(async () => void (await stop())),
  )
  const row = (what: string, show: (one: Measurement) => string, times: number, aim = '') => {
    bench.row({ what: `${what}, adapter`, value: show(theirs) })
    bench.row({ what, value: show(ours), ratio: `${times.toFixed(2)} × adapter`, aim })
  }
  bench.row({ what: 'deliveries', value: number(ours.deliveries) })
  row('deliveries per CPU second', (one) => number(one.perCpuSecond), ratio, '1.5')
  row('Redis, for 1,000 deliveries', (one) => time(one.redisMs), ours.redisMs / theirs.redisMs)
  row('latency, p50', ({ p50 }) => time(p50), ours.p50 / theirs.p50)
  row('latency, p99', ({ p99 }) => time(p99), ours.p99 / theirs.p99)
  return [
    ...ours.faults.map((fault) => `our chat: ${fault}`),
    ...theirs.faults.map((fault) => `the chat with the adapter: ${fault}`),
  ]
}
