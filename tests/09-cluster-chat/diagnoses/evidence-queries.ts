import {
  type CommandEvent,
  type Evidence,
  type Fact,
  commands,
  openedConnections,
} from '../../../workshop/check/suite.ts'

const channel = 'outgoing_socket_message'

type Announcements = Extract<Fact, { kind: 'announcement-count' }>

/** The fact that announcements are not as they should be, of this event. */
export function announced({ fact }: Evidence, event: string): Announcements | undefined {
  return fact.kind === 'announcement-count' && fact.event === event ? fact : undefined
}

/** Whether two of them have one name. */
export function isNameShared({ instances }: Announcements): boolean {
  return new Set(instances).size < instances.length
}

/** Whether there are cluster workers: they connect through the same proxy, the primary does not. */
export function hasWorkers({ apps }: Evidence): boolean {
  return apps.some((app) => openedConnections(app).length > 2)
}

/** How often all processes together sent a command. @param about a channel, perhaps */
export function sent({ apps }: Evidence, name: string, about?: string): CommandEvent[] {
  return apps
    .flatMap((app) => commands(app, name))
    .filter(({ args }) => about === undefined || args.some((arg) => arg.endsWith(about)))
}

/** What was dispatched. */
export function dispatched(evidence: Evidence): CommandEvent[] {
  return sent(evidence, 'PUBLISH', channel)
}

/** How many subscriptions to the channel there are. */
export function subscriptions(evidence: Evidence): number {
  return [...sent(evidence, 'PSUBSCRIBE', channel), ...sent(evidence, 'SUBSCRIBE', channel)]
    .length
}

/** The fact that some devices did not receive a message. */
export function missed({ fact }: Evidence) {
  if (fact.kind !== 'delivery-wrong') return undefined
  return fact.deliveries.some(({ seen }) => seen === 0) ? fact : undefined
}

/** Whether devices received a message more than once. */
export function isRepeated({ fact }: Evidence): boolean {
  return fact.kind === 'delivery-wrong' && fact.deliveries.some(({ seen }) => seen > 1)
}
