import { pluralize } from '../../course/text.ts'
import type { WireEvent } from '../../proxy/index.ts'
import {
  type Drill,
  type DrillResult,
  type DrillContext,
  isCommand,
  requireRunning,
  subscribeCommand,
} from './drill.ts'

const awayMs = 3000
const backWithinMs = 8000

/** Redis is down for three seconds. */
export const redisOutage: Drill = {
  id: 'redis-away',
  title: 'Redis is offline for three seconds',
  what: 'Every connection is cut, and new ones are refused. After three seconds Redis is back.',
  question: 'What do your instances do?',
  answers: [
    'They end',
    'They keep running, and reconnect by themselves',
    'They keep running, but without Redis from now on',
  ],
  needs: 'one instance that is connected to Redis',
  appliesTo: ({ number }) => number >= 2 && number !== 7,
  isRelevant: (event) =>
    event.kind === 'open' || event.kind === 'close' || isCommand(event, subscribeCommand),
  async run(context) {
    const names = context.running()
    requireRunning(names, 1, 'a running instance')
    const wasSubscribed = new Set(names.filter((name) => context.isSubscribed(name)))
    await context.run.proxies.setRedisDown(true)
    await context.wait(awayMs)
    const survivors = context.running()
    const back = context.run.proxies.recording.nextSeq()
    await context.run.proxies.setRedisDown(false)
    const fates = () =>
      names.map((name) => resultOf(name, context.events, back, wasSubscribed.has(name)))
    const living = () => fates().filter(({ name }) => survivors.includes(name))
    if (fates().every(({ cut }) => cut === 0)) return unconnected
    await context.waitForWire(() => living().every(isBack) || undefined, backWithinMs)
    const gone = names.length > survivors.length
    const observed = gone ? 0 : living().every(({ answered }) => answered) ? 1 : 2
    return { observed, story: fates().flatMap((fate) => findingsOf(fate, context)) }
  },
}

const unconnected: DrillResult = {
  observed: undefined,
  story: ['No instance was connected to Redis: there was no connection to cut.'],
}

/** What has become of an instance. */
interface InstanceResult {
  name: string
  /** Connections that were cut, and opened since Redis is back. */
  cut: number
  opened: number
  /** Redis has answered it since. */
  answered: boolean
  /** It was subscribed before, and it is again. */
  wasSubscribed: boolean
  isSubscribed: boolean
}

function resultOf(
  name: string,
  events: WireEvent[],
  back: number,
  wasSubscribed: boolean,
): InstanceResult {
  const mine = events.filter(({ instance }) => instance === name)
  const since = mine.filter(({ seq }) => seq >= back)
  const replied = since.filter((event) => event.kind === 'command' && event.reply !== undefined)
  return {
    name,
    cut: mine.filter(({ kind, seq }) => kind === 'close' && seq < back).length,
    opened: since.filter(({ kind }) => kind === 'open').length,
    answered: replied.length > 0,
    wasSubscribed,
    isSubscribed: replied.some((event) => isCommand(event, subscribeCommand)),
  }
}

function isBack({
  cut,
  opened,
  answered,
  wasSubscribed,
  isSubscribed,
}: InstanceResult): boolean {
  return answered && opened >= cut && (isSubscribed || !wasSubscribed)
}

function findingsOf(
  { name, cut, opened, wasSubscribed, isSubscribed }: InstanceResult,
  context: DrillContext,
): string[] {
  const lines = [`${name}: ${pluralize(cut, 'connection')} cut, ${opened} opened again.`]
  if (!context.running().includes(name)) return [...lines, `${name} has ended.`]
  if (isSubscribed)
    lines.push(`${name} subscribed again. It never receives what was published meanwhile.`)
  else if (wasSubscribed)
    lines.push(`${name} has not subscribed again: it receives no more messages.`)
  return lines
}
