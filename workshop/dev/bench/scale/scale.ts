import { writeFile } from 'node:fs/promises'
import { requireRunnableStep } from '../../../course/index.ts'
import { isRecord } from '../../../course/text.ts'
import { UserError } from '../../../errors.ts'
import { dataPath } from '../../../paths.ts'
import { ProbeClient } from '../../../redis/index.ts'
import { ShutdownSignal } from '../../../session/shutdown.ts'
import { Chat, ChatLoad, type Defer } from '../soak/chat-load.ts'
import { percentile } from '../soak/delivery-log.ts'
import type { LoadDevice } from '../soak/load-protocol.ts'
import { number, time } from '../table.ts'
import { type ChatVariant, makeChats } from './chats.ts'
import { chart } from './chart.ts'

const allSizes = [2, 4, 8, 16, 32]
const users = 64
const devicesOfUser = 2
const perSecond = 200
const seconds = { warmUp: 0.5, measured: 2.5, flush: 0.2 }

/** How a chat did with so many instances. */
export interface Point {
  instances: number
  perCpuSecond: number
  /** What Redis sent for each message. */
  bytes: number
  p99: number
}

/** A chat with all its sizes. */
export interface Line {
  name: string
  points: Point[]
}

/** `npm run step 11 bench`: what the learner has written, beside other ways of doing it. */
export async function runScale([word, , ...more]: string[]): Promise<number> {
  const { slug, folder } = await requireRunnableStep(word)
  if (slug !== '11-scale-out' || more.length > 0)
    throw new UserError('Only one step has a bench: npm run step 11 bench')
  if (process.platform !== 'linux')
    throw new UserError('The bench reads /proc, which only Linux has')
  const endings: (() => Promise<unknown>)[] = []
  let ended = false
  // What is started while all is being ended, is ended as well.
  const defer = (end: () => Promise<unknown>) => {
    if (ended) void end()
    else endings.push(end)
  }
  const shutdown = new ShutdownSignal()
  try {
    const bench = scale(folder, defer)
    return (
      (await Promise.race([bench, shutdown.requested.promise.then(() => undefined)])) ?? 130
    )
  } finally {
    ended = true
    await Promise.all(endings.map((end) => end()))
    shutdown.close()
  }
}

// Measures a chat beside others, with more and more instances, and prints tables. Returns 0; 1 when a
// message did not arrive exactly once.
async function scale(folder: string, defer: Defer): Promise<number> {
  console.log(
    `Starts four chats, one after the other: yours, the broadcast of step 8, and both forms of\n` +
      `@socket.io/redis-adapter, each with ${allSizes.join(', ')} instances, a Redis and ` +
      `${users * devicesOfUser} devices\nwhich send ${perSecond} messages a second. ` +
      `It takes about two minutes and 2 GB of memory.\n`,
  )
  const lines: Line[] = []
  const faults: string[] = []
  for (const variant of await makeChats(folder, defer)) {
    lines.push(await measureChat(variant, allSizes, faults, defer))
  }
  console.log(formatTables(lines))
  const file = dataPath('bench-scale-out.svg')
  await writeFile(file, await chart(lines))
  console.log(`\nThe same as a picture: ${file}`)
  if (faults.length === 0) return 0
  console.error(['', 'Not every message arrived exactly once.', ...faults].join('\n'))
  return 1
}

/** Measures one chat with more and more instances. @param faults to which faults are added */
export async function measureChat(
  { name, folder }: ChatVariant,
  sizes: readonly number[],
  faults: string[],
  defer: Defer,
): Promise<Line> {
  const chat = await Chat.open(folder, defer)
  const points: Point[] = []
  for (const size of sizes) {
    while (chat.urls.length < size) {
      const missing = size - chat.urls.length
      await Promise.all(Array.from({ length: Math.min(missing, 4) }, () => chat.add()))
    }
    await chat.ready()
    points.push(await measureSize(chat, name, faults, defer))
    const { instances, perCpuSecond } = points.at(-1) ?? { instances: size, perCpuSecond: NaN }
    console.log(`  ${name}, ${instances} instances: ${number(perCpuSecond)} per CPU second`)
  }
  await chat.close()
  return { name, points }
}

async function measureSize(
  chat: Chat,
  name: string,
  faults: string[],
  defer: Defer,
): Promise<Point> {
  const connected = await ChatLoad.connect(chat, await planOf(chat.urls), defer)
  await connected.run(perSecond, seconds.warmUp)
  const [bytes, messages] = [await sentBytes(chat), connected.log.messages.size]
  const { since, deliveries, appSeconds } = await connected.run(perSecond, seconds.measured)
  const sent = connected.log.messages.size - messages
  const bytesEach = ((await sentBytes(chat)) - bytes) / sent
  // A second copy of a message would be ahead of these.
  await connected.run(perSecond, seconds.flush)
  const found = connected.log.faults.map((fault) => `${name}, ${chat.urls.length}: ${fault}`)
  faults.push(...found)
  await connected.load.close()
  return {
    instances: chat.urls.length,
    perCpuSecond: deliveries / appSeconds,
    bytes: bytesEach,
    p99: percentile(connected.log.latencies(since), 0.99),
  }
}

// The devices of a user are on different instances.
async function planOf(urls: readonly string[]): Promise<LoadDevice[]> {
  const names = Array.from({ length: users }, (_, i) => `user-${i + 1}`)
  const tokens = await Promise.all(names.map((user) => logIn(urls[0] ?? '', user)))
  return names.flatMap((user, i) =>
    Array.from({ length: devicesOfUser }, (_, device) => {
      const url = urls[(i + device * Math.ceil(urls.length / devicesOfUser)) % urls.length]
      return {
        number: i * devicesOfUser + device,
        user,
        token: tokens[i] ?? '',
        url: url ?? '',
      }
    }),
  )
}

async function logIn(url: string, user: string): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user }),
  })
  const answer: unknown = await response.json()
  const token = isRecord(answer) ? answer['token'] : undefined
  if (typeof token === 'string') return token
  throw new UserError(
    `Your chat does not let ${user} log in: the bench needs user-1 to user-${users}`,
  )
}

async function sentBytes({ redis }: Chat): Promise<number> {
  const { hostname, port, password } = new URL(redis.url)
  const client = new ProbeClient({ host: hostname, port: Number(port), tls: false }, 5_000)
  try {
    if (password) await client.send('AUTH', decodeURIComponent(password))
    const { text } = await client.send('INFO', 'stats')
    return Number(/total_net_output_bytes:(\d+)/.exec(text)?.[1])
  } finally {
    client.close()
  }
}

/** Tables for people. */
export function formatTables(lines: readonly Line[]): string {
  const grows = ({ points }: Line) => {
    const [first, last] = [points[0], points.at(-1)]
    return first && last ? `${(first.perCpuSecond / last.perCpuSecond).toFixed(1)} ×` : ''
  }
  return [
    ...table('deliveries per CPU second', lines, (one) => number(one.perCpuSecond), [
      'cost grows',
      grows,
    ]),
    ...table('bytes from Redis for each message', lines, (one) => number(one.bytes)),
    ...table('latency, p99', lines, (one) => time(one.p99)),
  ].join('\n')
}

function table(
  title: string,
  lines: readonly Line[],
  show: (point: Point) => string,
  [extra = '', more = (_line: Line) => '']: [string?, ((line: Line) => string)?] = [],
): string[] {
  const header = lines[0]?.points.map(({ instances }) => String(instances)) ?? []
  return [
    '',
    `${title.padEnd(36)}${cells(header)}  ${extra}`.trimEnd(),
    ...lines.map((line) =>
      `  ${line.name.padEnd(34)}${cells(line.points.map(show))}  ${more(line)}`.trimEnd(),
    ),
  ]
}

function cells(values: string[]): string {
  return values.map((value) => value.padStart(9)).join('')
}
