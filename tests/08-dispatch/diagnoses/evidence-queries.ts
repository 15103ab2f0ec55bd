import {
  type AppEvidence,
  type CommandRef,
  type Evidence,
  type Fact,
  commands,
  crashed,
  fieldsOf,
  firstCut,
  parseJsonObject,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { isChannel, publicationsOf, subscriptionsOf } from '../helpers/channel.ts'

/** The fact that a message was not delivered once to each device. */
export type Delivery = Extract<Fact, { kind: 'delivery-wrong' }>

/** What was published on the channel, by all apps, in order. */
export function published({ apps }: Evidence): CommandRef[] {
  return apps.flatMap(publicationsOf).toSorted((a, b) => a.seq - b.seq)
}

/** The messages that were published on the channel, as objects; none for those that are not. */
export function envelopes(evidence: Evidence): Record<string, unknown>[] {
  return published(evidence).map(({ args }) => parseJsonObject(args[1] ?? ''))
}

/** How often the message was published that was published most often. */
export function repeats(evidence: Evidence): number {
  const counts = new Map<string, number>()
  for (const { args } of published(evidence)) {
    const [, payload = ''] = args
    counts.set(payload, (counts.get(payload) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** The failed delivery of a goal in which each text is sent once. In others it is sent again. */
export function sentOnce({ fact }: Evidence): Delivery | undefined {
  const isIt = fact.kind === 'delivery-wrong' && fact.expectation === 'across-instances'
  return isIt ? fact : undefined
}

/** Whether an app published a message that it had received, or that came from no device of its own. */
export function publishesAgain(evidence: Evidence): boolean {
  const fact = sentOnce(evidence)
  const place = fact && appOfSender(fact)
  return evidence.apps.some((app) =>
    publicationsOf(app).some(({ args: [, payload = ''], seq }) => {
      const isOfOther = place !== undefined && app.name !== place
      return (
        (isOfOther && payload.includes(textOf(fact?.args))) ||
        receivedMessages(app, payload).some((message) => message.seq < seq)
      )
    }),
  )
}

/** How many subscriptions to the channel each app made. */
export function subscriptionCounts({ apps }: Evidence): number[] {
  return apps.map((app) => subscriptionsOf(app).length)
}

/** Whether each app subscribed to the channel once, and not again. */
export function subscribedOnce(evidence: Evidence): boolean {
  return subscriptionCounts(evidence).every((count) => count === 1)
}

/** Whether an app sent a command like this. */
export function sent({ apps }: Evidence, pattern: RegExp): boolean {
  return apps.some((app) => commands(app).some(({ name }) => pattern.test(name)))
}

/** The messages on the channel that reached an app. */
export function reachedBy(app: AppEvidence): number {
  return receivedMessages(app).filter(({ args }) => args.some(isChannel)).length
}

/** Whether messages on the channel reached every app. */
export function reachedAll({ apps }: Evidence): boolean {
  return apps.every((app) => reachedBy(app) > 0)
}

/** Whether this message reached this app. */
export function reachedApp({ apps }: Evidence, name: string, { args }: Delivery): boolean {
  return apps.some((app) => app.name === name && receivedMessages(app, textOf(args)).length > 0)
}

/** Whether all apps are running. */
export function allRun({ apps }: Evidence): boolean {
  return apps.every(({ exit }) => !exit)
}

/** The apps that an error ended. */
export function crashedApps({ apps }: Evidence): AppEvidence[] {
  return apps.filter(crashed)
}

/** Whether an app that an error ended printed a line like this. */
export function crashedWith(evidence: Evidence, pattern: RegExp): boolean {
  return crashedApps(evidence).some((app) => app.lines.some(({ text }) => pattern.test(text)))
}

/** Whether Redis was taken offline. */
export function wasOffline({ apps }: Evidence): boolean {
  return apps.some((app) => firstCut(app) !== undefined)
}

/** The fact that devices did not receive a message, when it is one of these expectations. */
export function missed({ fact }: Evidence, ...expectations: string[]): Delivery | undefined {
  if (fact.kind !== 'delivery-wrong') return undefined
  const asked = expectations.length === 0 || expectations.includes(fact.expectation ?? '')
  return asked && fact.deliveries.some(({ seen }) => seen === 0) ? fact : undefined
}

/** The fact that devices received a message more than once, and all did receive it. */
export function repeated({ fact }: Evidence): Delivery | undefined {
  if (fact.kind !== 'delivery-wrong') return undefined
  const { deliveries } = fact
  const twice = deliveries.some(({ seen }) => seen > 1)
  return twice && deliveries.every(({ seen }) => seen > 0) ? fact : undefined
}

/** The user of a device: `ada` of "ada's phone on web.1". */
export function userOf(device: string): string {
  return device.split("'")[0] ?? ''
}

/** The app at which the sender's device is. */
export function appOfSender({ deliveries, sender }: Delivery): string | undefined {
  return deliveries.find(({ client }) => client === sender)?.app
}

/** Whether a device received another event that holds the text of the message, or its event alone. */
export function receivedOtherwise({ args, deliveries, expectation }: Delivery): boolean {
  const text = textOf(args)
  // Of the first messages: no invalid one has been sent before them.
  const isFirst = expectation === 'across-instances'
  return deliveries.some(({ seen, last }) => {
    const { event, args: inner } = fieldsOf(last?.args[0])
    const withoutText = isFirst && event === 'messageSent' && !('text' in fieldsOf(inner))
    return seen === 0 && (withoutText || JSON.stringify(last ?? '').includes(text))
  })
}

/** Whether the `args` of such an event hold `event` and `args` of their own. */
export function isWrappedTwice(fact: Delivery): boolean {
  return fact.deliveries.some(({ seen, last }) => {
    const inner = fieldsOf(fieldsOf(last?.args[0])['args'])
    const isIt = seen === 0 && last?.event === 'message' && 'event' in inner && 'args' in inner
    return isIt && JSON.stringify(inner).includes(textOf(fact.args))
  })
}

function textOf(args: unknown): string {
  const found = /"text":"([^"]*)"/.exec(JSON.stringify(args))?.[1]
  return found ?? 'no text'
}
