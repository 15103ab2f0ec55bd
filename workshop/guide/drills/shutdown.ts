import type { WireEvent } from '../../proxy/index.ts'
import { type Drill, type DrillContext, isCommand, requireRunning } from './drill.ts'

const receivedWithinMs = 1000
const endsWithinMs = 2000
const lookMs = 50

/** An instance receives SIGTERM. */
export const sigterm: Drill = {
  id: 'sigterm',
  title: 'The platform stops an instance',
  what: 'The newest instance receives SIGTERM, as at every deploy. It is started again afterwards.',
  question: 'What do the other instances receive?',
  answers: [
    'A message that it has stopped',
    'Nothing, although it ends',
    'Nothing, because it does not end',
  ],
  needs: 'two instances',
  appliesTo: ({ number }) => number === 4,
  async run(context) {
    const names = context.running()
    requireRunning(names, 2, 'two instances')
    const name = names.at(-1) ?? ''
    const ended = await stop(context, name)
    const isReceived = (event: WireEvent) => event.kind === 'push' && event.instance !== name
    const received = await context.waitForWire((all) => all.find(isReceived), receivedWithinMs)
    const story = [...publications(context, name), ended.text]
    if (received) story.push(`${received.instance} received a message.`)
    await context.run.instances.restart(name)
    return { observed: received ? 0 : ended.inTime ? 1 : 2, story }
  },
}

/** The same while Redis is down. */
export const sigtermWithoutRedis: Drill = {
  id: 'sigterm-without-redis',
  title: 'SIGTERM while Redis is down',
  what: 'Redis is taken offline, and the newest instance receives SIGTERM. After two seconds Redis is back. The instance is started again.',
  question: 'When does the instance end?',
  answers: [
    'Within two seconds, with exit code 0',
    'Within two seconds, with an error',
    'Not before Redis is back',
  ],
  needs: 'one instance',
  appliesTo: ({ number }) => number === 4,
  async run(context) {
    const names = context.running()
    requireRunning(names, 1, 'a running instance')
    const name = names.at(-1) ?? ''
    await context.run.proxies.setRedisDown(true)
    let ended
    try {
      ended = await stop(context, name)
    } finally {
      await context.run.proxies.setRedisDown(false)
    }
    await context.run.instances.restart(name)
    const story = [...publications(context, name), ended.text]
    const observed = !ended.inTime ? 2 : ended.code === 0 ? 0 : 1
    return { observed, story }
  },
}

/** Sends SIGTERM, and waits two seconds, the limit of the lesson. */
async function stop(context: DrillContext, name: string) {
  const slot = context.run.instances.find(name)
  slot?.instance?.signal('SIGTERM')
  const hasEnded = () => slot?.instance === undefined
  for (let waited = 0; waited < endsWithinMs && !hasEnded(); waited += lookMs)
    await context.wait(lookMs)
  const inTime = hasEnded()
  const code = inTime ? slot?.lastExit?.code : undefined
  const limit = `${endsWithinMs / 1000} seconds`
  const text = inTime ? `${name} ${slot?.exitText}.` : `${limit} later ${name} still runs.`
  return { inTime, code, text }
}

// What it published since the drill began.
function publications({ events }: DrillContext, name: string): string[] {
  const own = events.filter((event) => event.instance === name)
  const sent = own.filter((event) => isCommand(event, /^PUBLISH$/))
  if (sent.length === 0) return [`${name} published nothing that reached Redis.`]
  return sent.map(
    ({ args: [channel, payload] }) => `${name} published ${payload} on ${channel}.`,
  )
}
