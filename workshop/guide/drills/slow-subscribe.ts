import type { WireEvent } from '../../proxy/index.ts'
import { Deferred } from '../../session/deferred.ts'
import { type Drill, isCommand, requireRunning, subscribeCommand } from './drill.ts'

const heldMs = 1000
const startsWithinMs = 8000

/** A SUBSCRIBE is held back on its way, so that a race which is rare becomes certain. */
export const slowSubscribe: Drill = {
  id: 'held-subscribe',
  title: 'A SUBSCRIBE that takes its time',
  what: 'One of your instances is started again, and its SUBSCRIBE is held back for a second.',
  question: 'What does it do meanwhile?',
  answers: [
    'It publishes at once, before Redis has confirmed the subscription',
    'It waits for the confirmation, and publishes then',
    'It never publishes',
  ],
  needs: 'one instance',
  appliesTo: ({ number }) => number >= 3 && number <= 6,
  async run(context) {
    const name = context.running().at(-1) ?? ''
    requireRunning(context.running(), 1, 'a running instance')
    const proxy = context.run.proxies.get(name)
    const held = new Deferred<void>()
    const begin = () => setTimeout(() => held.resolve(), heldMs)
    proxy?.holdCommand((command) => {
      const waits = subscribeCommand.test(command.name)
      if (waits) begin()
      return waits
    }, held.promise)
    // An instance that never subscribes must not leave a trap behind for the next one.
    setTimeout(() => begin(), startsWithinMs).unref()
    await context.run.instances.restart(name)
    const found = await context.waitForWire(
      (events) => firstWords(events, name),
      startsWithinMs,
    )
    if (!found) {
      const seconds = startsWithinMs / 1000
      return { observed: 2, story: [`${name} published nothing in ${seconds} seconds.`] }
    }
    const { publish, subscribe } = found
    const before = subscribe?.replySeq === undefined || publish.seq < subscribe.replySeq
    const count = `Redis answered with the number of receivers: ${String(publish.reply)}.`
    const order = !subscribe
      ? `${name} published without having subscribed to anything. ${count}`
      : before
        ? `${name} published while its SUBSCRIBE was still on its way. ${count}`
        : `${name} published after the confirmation. ${count} It is one of them.`
    return { observed: before ? 0 : 1, story: [order] }
  },
}

// Its first commands after the start: on connections that were opened since.
function firstWords(events: WireEvent[], name: string) {
  const mine = events.filter(({ instance }) => instance === name)
  const opened = new Set(mine.filter(({ kind }) => kind === 'open').map((e) => e.connection))
  const fresh = mine.filter(({ connection }) => opened.has(connection))
  const publish = fresh.find((event) => isCommand(event, /^PUBLISH$/))
  if (!publish || publish.kind !== 'command' || publish.reply === undefined) return undefined
  const subscribe = fresh.find((event) => isCommand(event, subscribeCommand))
  return { publish, subscribe: subscribe?.kind === 'command' ? subscribe : undefined }
}
