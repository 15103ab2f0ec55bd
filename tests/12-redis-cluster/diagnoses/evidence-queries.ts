import {
  type AppEvidence,
  type CommandEvent,
  type Evidence,
  type Fact,
  RespError,
  type WireEvent,
  commands,
  stderrMatches,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import { textOf } from '../../shared/failed-expectations.ts'
import {
  ownCommands,
  shardedSubscriptions,
  textOfCommand,
  unauthenticatedCommands,
} from '../helpers/cluster.ts'

// What the diagnoses ask of the evidence.

/** Whether an error without a listener ended an app, as Node reports it. */
export function isUnhandledEvent(app: AppEvidence): boolean {
  return stderrMatches(app, /Unhandled 'error' event/)
}

/** The first command of an app that Redis has refused like this. */
export function refused(app: AppEvidence, message: RegExp): CommandEvent | undefined {
  return commands(app).find(
    ({ reply }) => reply instanceof RespError && message.test(reply.message),
  )
}

/** The first command that Redis has refused because of what it needs. */
export function acrossSlots({ apps }: Evidence): CommandEvent | undefined {
  const all = apps.flatMap((app) => refused(app, /^CROSSSLOT|non local key/) ?? [])
  return all.toSorted((a, b) => a.seq - b.seq)[0]
}

/** What that command needs: keys, and channels to which an app has subscribed. */
export function needsOf(evidence: Evidence): string {
  const { name = '', args = [] } = acrossSlots(evidence) ?? {}
  const subscribed = new Set(
    evidence.apps.flatMap(shardedSubscriptions).flatMap((event) => event.args),
  )
  const isScript = /^(EVAL|EVALSHA|FCALL)$/.test(name)
  const isName = (arg: string, i: number) =>
    isScript
      ? (i > 1 && i < 2 + Number(args[1])) || subscribed.has(arg)
      : /SUBSCRIBE/.test(name)
  const names = new Set(args.filter(isName))
  if (names.size < 2) return 'One command or script needs keys or channels of different slots'
  const list = new Intl.ListFormat('en-US').format(Array.from(names, (one) => `\`${one}\``))
  return `One ${isScript ? 'script' : 'command'} needs ${list}, which are not in one slot`
}

/** Whether an app has connected to a node without its proxy. */
export function bypassesProxies({ connectAttempts, env }: Evidence['apps'][number]): boolean {
  const announced = (env['REDIS_ADDRESS_MAP'] ?? '').split(',')
  const ports = new Set(announced.map((pair) => Number(/:(\d+)=/.exec(pair)?.[1])))
  return connectAttempts.some(({ port }) => ports.has(Number(port)))
}

/** Whether an app has tried nodes of REDIS_URL, and not the one among them that is up. */
export function leavesOutLiveNode(app: AppEvidence): boolean {
  const { connectAttempts, redis } = app
  const listed = listedPorts(app)
  const isLive = (port: number) => redis.ports?.includes(port) ?? false
  const tried = connectAttempts.map(({ port }) => Number(port))
  return (
    listed.some(isLive) && tried.some((port) => listed.includes(port)) && !tried.some(isLive)
  )
}

/** The nodes of REDIS_URL that an app has tried to connect to: `127.0.0.1:7000`. */
export function triedNodes(app: AppEvidence): string[] {
  const listed = listedPorts(app)
  const tried = app.connectAttempts.filter(({ port }) => listed.includes(Number(port)))
  return [...new Set(tried.map(({ host, port }) => `${host}:${port}`))]
}

// The ports of the nodes of REDIS_URL, in their order.
function listedPorts({ env }: AppEvidence): number[] {
  return [...(env['REDIS_URL'] ?? '').matchAll(/:(\d+)/g)].map(([, port]) => Number(port))
}

/** The error of a command that ended an instance because no code caught it, and that instance. */
export function errorOf({ app, apps }: Evidence) {
  for (const one of app ? [app, ...apps] : apps) {
    const error = uncaughtError(one)
    const isOfCode = /^(Type|Reference|Range)Error\b/.test(error?.message ?? '')
    if (error && !isOfCode && !isUnhandledEvent(one)) return { ...error, app: one.name }
  }
  return undefined
}

/** Where the error came from: where it was thrown, and who called that. */
export function placeOf(evidence: Evidence): string {
  const { frame, caller } = errorOf(evidence) ?? {}
  return caller ? `: ${caller}, which called ${frame}` : frame ? `: ${frame}` : ''
}

/** Whether a message is missing that was published while the subscription moved. */
export function missesMoved(fact: Fact): boolean {
  const { kind, expectation = '' } = fact
  return kind === 'event-missing' && /^(meanwhile|after-the-kill)$/.test(expectation)
}

/**
 * Whether a message is missing that was published while the subscription moved, and the receiver's
 * instance has sent no command for its devices since it is subscribed again.
 */
export function stopsReading({ fact, app }: Evidence): boolean {
  if (!missesMoved(fact) || !app || app.exit) return false
  return ownCommands(app, shardedSubscriptions(app).at(-1)).length === 0
}

/**
 * The commands that another instance has sent three times since an announcement reached it, and not
 * to store the message.
 */
export function regularReads(evidence: Evidence): CommandEvent[] {
  const text = textOf(evidence)
  return evidence.apps.flatMap((one) => {
    if (one === evidence.app) return []
    const announced = one.wire.findLast(({ kind }) => kind === 'push')
    const reads = ownCommands(one, announced).filter(
      (command) => !textOfCommand(command).includes(text),
    )
    const times = (read: CommandEvent) =>
      reads.filter((same) => textOfCommand(same) === textOfCommand(read)).length
    return reads.filter((read) => times(read) > 2)
  })
}

/** The user of the device that the failure is about. */
export function userOf({ fact }: Evidence): string {
  return fact.client?.split("'")[0] ?? ''
}

/** The last command of its instance, each time that it was sent, when it has sent none for this user. */
export function repeated(evidence: Evidence): CommandEvent[] {
  const { app } = evidence
  const isForUser = (event: CommandEvent) => textOfCommand(event).includes(userOf(evidence))
  if (!app || commands(app).some(isForUser)) return []
  const sent = ownCommands(app, { seq: 0 })
  return sent.filter((event) => textOfCommand(event) === textOfCommand(sent.at(-1)))
}

/** The first connection on which it sent no credentials, and the first command there. */
export function unauthenticated({ app }: Evidence) {
  const [command] = app ? unauthenticatedCommands(app) : []
  const isOpening = ({ kind, connection }: WireEvent) =>
    kind === 'open' && connection === command?.connection
  return [app?.wire.find(isOpening), command]
}

/** The last read of the receiver's instance, and its last subscription, which no read follows. */
export function lastRead({ app }: Evidence) {
  return app ? [ownCommands(app, { seq: 0 }).at(-1), shardedSubscriptions(app).at(-1)] : []
}

/** Commands that were sent while the same one was on its way, and that one. */
export function readsAtOnce({ app }: Evidence): CommandEvent[] {
  const sent = app ? ownCommands(app, { seq: 0 }) : []
  return sent.filter((one) =>
    sent.some((other) => isSentMeanwhile(one, other) || isSentMeanwhile(other, one)),
  )
}

// Whether the same command was sent again before it was answered.
function isSentMeanwhile(one: CommandEvent, again: CommandEvent): boolean {
  return (
    one.seq < again.seq &&
    again.seq < (one.replySeq ?? Infinity) &&
    textOfCommand(one) === textOfCommand(again)
  )
}
