import { UserError } from '../../errors.ts'
import type { Bench } from './bench.ts'
import { CleanupStack } from './soak/cleanup-stack.ts'
import {
  type Comparison,
  type Load,
  type Measurement,
  compareWithAdapter,
} from './soak/compare.ts'
import { percentile } from './soak/delivery-log.ts'
import { type Soaked, soak, solution } from './soak/soak.ts'
import { time } from './table.ts'

const devices = 200
// Few enough that neither the devices nor the app are ever busy: then latency means something.
const perSecond = 40
// Many devices to a user, where sending to them is nearly everything, and few, as people have.
const loads = [
  { devices: 200, perSecond: 80 },
  { devices: 12, perSecond: 400 },
]
const kills = { leastMs: 2000, mostMs: 4000 }
const adapter = '@socket.io/redis-adapter'

/**
 * Step 9's chat under load, with workers killed at random: every message arrives exactly once.
 * Then beside the same chat with Socket.IO's own adapter.
 *
 * @param seconds how long the soak lasts
 * @throws UserError with exit code 1 when a message is missing or doubled
 */
export async function soakSection(bench: Bench, seconds: number): Promise<void> {
  const options = { folder: solution, devices, perSecond, seconds, kills }
  bench.section(`A soak of step 9: ${devices} devices, ${seconds} s, workers killed at random`)
  const soaked = await own(bench, (belongings) => soak(belongings, options))
  showSoak(bench, soaked)
  const story = [...soaked.story]
  for (const load of loads)
    story.push(...(await compare(bench, { ...load, ...roundsOf(seconds) })))
  fail(story)
}

async function compare(bench: Bench, load: Load): Promise<string[]> {
  const each = `${load.devices} devices, ${load.perSecond} messages/s`
  bench.section(`Beside ${adapter}: ${each}, ${load.rounds} × ${load.seconds} s in turns`)
  const compared = await own(bench, (belongings) =>
    compareWithAdapter(belongings, solution, load),
  )
  showBeside(bench, compared)
  return compared.story
}

// Long soaks are for people who want to know exactly.
function roundsOf(seconds: number): Pick<Load, 'rounds' | 'seconds'> {
  return seconds >= 30 ? { rounds: 5, seconds: 5 } : { rounds: 3, seconds: 2 }
}

async function own<T>(
  bench: Bench,
  task: (belongings: CleanupStack) => Promise<T>,
): Promise<T> {
  const belongings = new CleanupStack()
  bench.alsoEnd(() => belongings.end())
  try {
    return await task(belongings)
  } finally {
    await belongings.end()
  }
}

function showSoak(bench: Bench, soaked: Soaked): void {
  const { ledger, lost, faults, replacedMs, waitedMs } = soaked
  const latencies = ledger.latencies()
  const sent = `${perSecond} a second`
  bench.row({ what: 'messages', value: number(ledger.messages.size), ratio: sent })
  bench.row({ what: 'copies delivered', value: number(ledger.deliveries) })
  bench.row({ what: 'workers killed', value: number(ledger.kills.length) })
  bench.row({ what: 'messages lost at a kill', value: number(lost.length) })
  bench.row({ what: 'other faults', value: number(faults.length), aim: '0' })
  if (replacedMs.length > 0) bench.times('until a killed worker is replaced', replacedMs)
  bench.row({ what: 'latency, p50', value: time(percentile(latencies, 0.5)) })
  bench.row({ what: 'latency, p99', value: time(percentile(latencies, 0.99)) })
  bench.row({ what: 'an idle process waits, p99', value: time(waitedMs) })
}

function showBeside(bench: Bench, { ours, theirs, ratio }: Comparison): void {
  const row = (what: string, [our, their]: [string, string], times: number, aim = '') => {
    bench.row({ what: `${what}, adapter`, value: their })
    bench.row({ what, value: our, ratio: `${times.toFixed(2)} × adapter`, aim })
  }
  const both = (show: (side: Measurement) => string): [string, string] => [
    show(ours),
    show(theirs),
  ]
  const perCpuSecond = both((side) => number(side.perCpuSecond))
  row('deliveries per CPU second', perCpuSecond, ratio, '1.5')
  const redis = both(({ redisMs }) => time(redisMs))
  row('Redis, for 1,000 deliveries', redis, ours.redisMs / theirs.redisMs)
  row(
    'latency, p50',
    both(({ p50 }) => time(p50)),
    ours.p50 / theirs.p50,
  )
  row(
    'latency, p99',
    both(({ p99 }) => time(p99)),
    ours.p99 / theirs.p99,
  )
}

function fail(story: readonly string[]): void {
  if (story.length === 0) return
  throw new UserError(['', 'Not every message arrived exactly once.', ...story].join('\n'), 1)
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}
