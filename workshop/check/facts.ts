import type { HostPort } from '../process/index.ts'
import type { CommandEvent } from '../proxy/index.ts'
import type { HistoryFields } from './facts-of-history.ts'
import type { ScaleFields } from './facts-of-scale.ts'

// What a check expected and did not see, as data. Suites make facts, diagnoses read them, and
// describe-fact.ts alone makes sentences of them.

/** A command as it was on the wire. */
export interface CommandRef {
  /** Upper case: `PUBLISH`. */
  name: string
  args: readonly string[]
  connection: number
  /** Its place in the trace. */
  seq: number
}

/** A request of a check, without its body and the values of its headers. */
export interface RequestRef {
  method: string
  path: string
  /** The names of the cookies that it carried, where they matter. */
  cookies?: readonly string[]
  /** The last event on the wire of its app when it was sent; for diagnoses. */
  sinceSeq?: number
}

/** What every fact holds. */
interface FactBase {
  /**
   * Which expectation of the suite failed, where the kind is not enough: a stable word such as
   * `login`, for diagnoses. Never a sentence, never shown.
   */
  expectation?: string
  /** The app that did not do what was expected, when it is one alone: `web.1`. */
  app?: string
  /** The socket client or HTTP session that noticed: `ada's phone`. */
  client?: string
  /** The circumstance, for the sentence alone: `after SIGTERM`. Never read by a diagnosis. */
  when?: string
  /** The channels that belong to it: their events are shown. */
  channels?: readonly string[]
}

interface ExitState {
  code: number | null
  signal: NodeJS.Signals | null
}

/** Another attempt at what had no effect: in the same form as before, or in another one. */
export interface Retry {
  form:
    | 'same'
    | 'own-event'
    | 'two-arguments'
    | 'json-text'
    | 'list-of-args'
    | 'with-ack'
    | 'without-token'
    | 'token-in-address'
  /** Whether the event arrived then. */
  received: boolean
  /** How it was acknowledged. */
  ack?: readonly unknown[] | undefined
}

/** How often a client received an event, and at which app it is. */
export interface Delivery {
  client: string
  app: string
  seen: number
  last?: EventRef | undefined
}

/** An event as a client received it. */
export interface EventRef {
  event: string
  args: readonly unknown[]
}

/** What a fact of each kind holds besides. */
interface FieldsByKind extends HistoryFields, ScaleFields {
  /**
   * A line is missing; an empty `text` stands for any line. `after` is a line it printed instead, for
   * a message that was sent later.
   */
  'output-missing': { text: string; times?: number; seen: number; after?: string }
  /** A line should not be there. `text` is what must not be printed, `line` what was. */
  'output-unexpected': { text: string; line: string }
  /** A line was printed too often. */
  'output-repeated': { text: string; expected: number; seen: number }

  /**
   * A command is missing; `instead` is what may have been meant as this one, `reply` what a client
   * received in place of it: an event, or the acknowledgement.
   */
  'command-missing': {
    command: string
    channel?: string
    fields?: Record<string, unknown>
    instead?: CommandRef | undefined
    reply?: { event?: string; args: readonly unknown[] } | undefined
    /** The clients that received what it should have brought, although it was not sent. */
    reached?: readonly string[]
    /** It was sent when the client asked for the same once more, later. */
    retried?: boolean
  }
  /** A command is there, but not as it should be. `should` names its right form: `PING`. */
  'command-wrong': { command: CommandRef; should: string }
  /** A command should not be there. */
  'command-unexpected': { command: CommandRef }
  /** `second` was sent before Redis had confirmed `first`. */
  'command-out-of-order': { first: CommandRef; second: CommandRef }
  /** A command was sent too often. */
  'command-repeated': {
    command: string
    channel?: string
    fields?: Record<string, unknown>
    expected: number
    seen: number
  }

  /** It is not subscribed to a channel. `again`: it was, before its connection was cut. */
  'subscription-missing': { channel: string; again: boolean; instead?: CommandRef | undefined }

  /** One connection does what takes two. */
  'connection-shared': { connection: number; commands: readonly string[] }
  /** Fewer connections are open than should be. */
  'connection-missing': { expected: number; open: number }
  /** A connection that was cut was not opened again. */
  'connection-lost': { connection: number }

  /** It did not try to connect to an address; `instead` is one that it tried. `again`: it did before. */
  'connect-missing': { address: HostPort; again?: boolean; instead?: HostPort | undefined }
  /** It tried to connect, and should not have. */
  'connect-unexpected': { address: HostPort }

  /**
   * The line that names the cause of a failure is not as it should be: there is none, the stack of
   * an error or the error of a bug (`internal`) came instead, it does not name `should`, or the app
   * `other` printed the same for another cause. `stream`: where it belongs, when that matters.
   */
  'cause-line':
    | { problem: 'missing'; stream?: 'stderr' }
    | { problem: 'stack' | 'internal'; line: string }
    | { problem: 'unnamed'; line: string; should: string }
    | { problem: 'same'; line: string; other: string }

  /** Something grows with every round: connections, memory, listeners. */
  growth: { what: string; counts: readonly number[] }

  /** It still runs. `started`: how many processes it has started meanwhile. */
  'exit-missing': { withinMs: number; started?: number }
  /** It ended, and should not have. `ranMs`: how long after its start. */
  'exit-unexpected': ExitState & { ranMs?: number }
  /** It ended in another way than it should: `expected` is the exit code. */
  'exit-wrong': { expected: number } & ExitState

  /** Nothing answers on its PORT. `listening`: that port or, when it does not listen there, another one. */
  'port-missing': { port: number; listening: number | undefined }
  /** A request got no response. */
  'http-missing': {
    request: RequestRef
    reason: 'refused' | 'hung-up' | 'timeout'
    withinMs: number
  }
  /** A response is not as it should be. `should` describes it: `{"user":"ada", …}`. */
  'http-wrong': {
    request: RequestRef
    should: string
    response: { status: number; text: string }
  }
  /** A cookie that was set is not as it should be, or none was set: then it has no name. */
  'cookie-wrong': {
    cookie: string | undefined
    attribute: string
    should: string
    holds: string | undefined
    /** The `Set-Cookie` header, with a short value. */
    header?: string | undefined
  }

  /** A socket event did not arrive; `last` is the last one that did. */
  'event-missing': {
    event: string
    args?: unknown
    last?: EventRef | undefined
    connected: boolean
    /** How often the app has closed the connection of the client. */
    closed?: number
    /** The client that caused it, with a message of its own. */
    sender?: string
    /** All clients that should have received it, when there are several. */
    clients?: readonly string[]
    /** The clients that received it, whether they should have or not. */
    reached?: readonly string[]
    /** The texts of the messages that it has received instead, in order. */
    others?: readonly string[]
    /** What a client received that holds the same in another form. */
    instead?: (EventRef & { client: string }) | undefined
    /** What became of it when the check sent it once more. */
    retry?: Retry | undefined
    /** A request that its app left without a response since. */
    unanswered?: RequestRef
  }

  /** A socket event arrived too often; `also` names clients that it reached as well. */
  'event-repeated': {
    event: string
    args?: unknown
    expected: number
    seen: number
    also?: readonly string[]
    /** What each event of this name held, in order; for diagnoses. */
    values?: readonly unknown[]
  }
  /** A socket event should not have arrived. */
  'event-unexpected': EventRef
  /** A socket event did not reach each of these clients as often as it should. */
  'delivery-wrong': {
    event: string
    args?: unknown
    expected: number
    sender: string
    deliveries: Delivery[]
  }
  /** An event was not acknowledged. */
  'ack-missing': { event: string }
  /** An acknowledgement is not as it should be. */
  'ack-wrong': {
    event: string
    args: readonly unknown[]
    should: string
    /** How the same was acknowledged when it was as it should be. */
    valid?: readonly unknown[]
  }
  /** A socket was not let in. */
  'socket-refused': { message: string; retry?: Retry | undefined }
  /** A socket was refused as it should be, but without a reason that its user could read. */
  'refusal-unexplained': object
  /** The server has neither accepted nor refused a socket. */
  'socket-unanswered': { expected: 'connected' | 'refused' }
  /** A socket was let in, and should not have been. */
  'socket-accepted': {
    /** It was refused before that. */
    refused?: boolean
    /** It was disconnected after that. */
    disconnected?: boolean
  }
  /** A socket has lost its connection, or kept it against what was expected. */
  'socket-state': { expected: 'connected' | 'disconnected' }

  /** A key of Redis does not hold what it should. */
  'redis-key': { key: string; should: string; holds: string }

  /** Processes that it started still run, and it has ended. */
  survivors: {
    count: number
    /** How long after the signal it ended. */
    afterMs?: number
  }
  /** It does not run as many processes beside its first one as it should. */
  'process-count': { expected: number; seen: number }
  /** A process is started again and again, without a pause. */
  'restart-storm': { restarts: number }
  /** Not so many announced an event as should, or not each under a name of its own. */
  'announcement-count': {
    channel: string
    event: string
    expected: number
    /** The names in the announcements. */
    instances: readonly string[]
    /** How many processes run beside its first one. */
    workers: number
    /** A moment after SIGTERM: one that was stopped had been killed, or all were still running. */
    meanwhile?: 'killed' | 'running'
  }
  /** Fewer of its processes serve its PORT than should. */
  'port-not-shared': { port: number; serving: number }
  /** It cannot be compiled. */
  'compile-error': { message: string }
}

/** A failed expectation of one kind. */
export type FactOf<Kind extends keyof FieldsByKind> = {
  [Name in Kind]: FactBase & { kind: Name } & FieldsByKind[Name]
}[Kind]

/** A failed expectation. */
export type Fact = FactOf<keyof FieldsByKind>

/** Whether it is about what a client waits for, which does not come when the app has ended. */
export function isAwaitedReply(fact: Fact): boolean {
  switch (fact.kind) {
    case 'http-missing':
    case 'ack-missing':
    case 'socket-refused':
    case 'socket-unanswered':
    case 'socket-state':
    case 'event-missing':
      return true
    case 'delivery-wrong':
      return fact.deliveries.some(({ seen }) => seen === 0)
    default:
      return false
  }
}

const conclusive: ReadonlySet<Fact['kind']> = new Set([
  'compile-error',
  'output-unexpected',
  'output-repeated',
  'command-wrong',
  'command-unexpected',
  'command-out-of-order',
  'command-repeated',
  'connect-unexpected',
  'connection-shared',
  'event-repeated',
  'event-unexpected',
  'event-order',
  'event-early',
  'socket-accepted',
  'token-accepted',
  'secret-leaked',
  'ack-early',
  'event-wrong',
  'restart-storm',
  'command-storm',
  'one-node',
  'bus-broadcast',
])

/**
 * Whether it is wrong on every machine, since it is about what an app has done. What it has not
 * done, how it ended, and an error that it replied with can be the machine's fault: the time limits
 * of the app itself count the machine's time.
 */
export function isConclusive(fact: Fact): boolean {
  switch (fact.kind) {
    case 'announcement-count':
      return (
        fact.instances.length > fact.expected ||
        new Set(fact.instances).size < fact.instances.length
      )
    case 'delivery-wrong':
      return fact.deliveries.some(({ seen }) => seen > fact.expected)
    case 'nodes-crossed':
      return fact.nodes.length > 1
    default:
      return conclusive.has(fact.kind)
  }
}

/** A command of the trace, as a fact holds it. */
export function commandRef({ name, args, connection, seq }: CommandEvent): CommandRef {
  return { name, args: [...args], connection, seq }
}
