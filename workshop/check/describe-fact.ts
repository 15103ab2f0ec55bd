import { describeExit } from './evidence.ts'
import {
  acceptedWith,
  app,
  client,
  count,
  deliveries,
  describeReply,
  event,
  formatNames,
  insteadOfEvent,
  json,
  recipients,
  seconds,
  withoutCommand,
} from './describe-event.ts'
import { httpTexts } from './describe-http.ts'
import { historyTexts } from './describe-history.ts'
import { scaleTexts } from './describe-scale.ts'
import type { CommandRef, Fact, FactOf } from './facts.ts'

// The one place where a failed expectation becomes text.

/** The two sentences of a failed expectation. */
export interface FactText {
  /** What should have happened: "web.1 to print …". */
  expected: string
  /** What happened instead; undefined when only the state of the app shows it. */
  received: string | undefined
}

/** A failed expectation in sentences for a learner. */
export function describeFact(fact: Fact): FactText {
  const { expected, received } = sentences(fact)
  const gap = fact.when?.startsWith(',') ? '' : ' '
  return { expected: fact.when ? expected + gap + fact.when : expected, received }
}

function sentences<Kind extends Fact['kind']>(fact: FactOf<Kind>): FactText {
  const describe: (fact: FactOf<Kind>) => FactText = texts[fact.kind as Kind]
  return describe(fact)
}

/** The sentences of facts of these kinds. */
export type Texts<Kinds extends Fact['kind']> = {
  [Kind in Kinds]: (fact: FactOf<Kind>) => FactText
}

const texts: Texts<Fact['kind']> = {
  'output-missing': (fact) => ({
    expected: `${app(fact)} to print ${fact.text ? `"${fact.text}"` : 'a line'}${timesInAll(fact.times)}`,
    received:
      fact.after &&
      `it did not print it, and printed "${fact.after}", whose message came later`,
  }),
  'output-unexpected': (fact) => ({
    expected: `no "${fact.text}" from ${app(fact)}`,
    received: `it printed "${fact.line}"`,
  }),
  'output-repeated': (fact) => ({
    expected: `${app(fact)} to print "${fact.text}" ${count(fact.expected)}`,
    received: `it printed it ${count(fact.seen)}`,
  }),
  'command-missing': (fact) => ({
    expected: `${app(fact)} to ${wanted(fact)}`,
    received: fact.instead
      ? describeCommand(fact.instead)
      : (describeReply(fact) ?? withoutCommand(fact)),
  }),
  'command-wrong': (fact) => ({
    expected: `${app(fact)} to send ${fact.should}`,
    received: describeCommand(fact.command),
  }),
  'command-unexpected': (fact) => ({
    expected: `no ${fact.command.name} from ${app(fact)}`,
    received: describeCommand(fact.command),
  }),
  'command-out-of-order': ({ first, second }) => ({
    expected: `first the confirmed ${first.name}, and after it the first ${second.name}`,
    received: `${second.name} left before Redis had confirmed ${first.name}`,
  }),
  'command-repeated': (fact) => ({
    expected: `${app(fact)} to ${wanted(fact)} ${count(fact.expected)}`,
    received: `it ${fact.command === 'PUBLISH' ? 'published' : 'sent'} it ${count(fact.seen)}`,
  }),
  'subscription-missing': (fact) => ({
    expected: `${app(fact)} to be subscribed${fact.again ? ' again' : ''} to "${fact.channel}"`,
    received: fact.instead
      ? describeCommand(fact.instead)
      : `no connection of it is subscribed to "${fact.channel}"`,
  }),
  'connection-shared': (fact) => ({
    expected: `${app(fact)} to use one connection for ${fact.commands.join(', and another for ')}`,
    received: `it sent ${fact.commands.join(' and ')} on connection ${fact.connection}`,
  }),
  'connection-missing': (fact) => ({
    expected: `${app(fact)} to keep ${fact.expected} connections open`,
    received: fact.open === 1 ? 'only one of them is open' : `${fact.open} are open`,
  }),
  'connection-lost': (fact) => ({
    expected: `${app(fact)} to open connection ${fact.connection} again, which was cut`,
    received: undefined,
  }),
  'connect-missing': ({ address, again, instead, ...fact }) => ({
    expected: `${app(fact)} to ${again ? 'try again to ' : ''}connect to ${hostPort(address)}`,
    received: instead && `it tried to connect to ${hostPort(instead)}`,
  }),
  'connect-unexpected': (fact) => ({
    expected: `${app(fact)} to connect to nothing`,
    received: `it tried to connect to ${hostPort(fact.address)}`,
  }),
  'cause-line': (fact) => causeLine(fact),
  growth: (fact) => ({
    expected: `${app(fact)} to need no more ${fact.what} from round to round`,
    received: `${fact.what}, round after round: ${fact.counts.join(', ')}`,
  }),
  'exit-missing': (fact) => ({
    expected: `${app(fact)} to end within ${seconds(fact.withinMs)}`,
    received: `it is still running${meanwhile(fact.started)}`,
  }),
  'exit-unexpected': (fact) => ({
    expected: `${app(fact)} to go on running`,
    received: `it ended with ${describeExit(fact)}${ranFor(fact.ranMs)}`,
  }),
  'exit-wrong': (fact) => ({
    expected: `${app(fact)} to end with exit code ${fact.expected}`,
    received: `it ended with ${describeExit(fact)}`,
  }),
  'event-missing': (fact) => ({
    expected: `${recipients(fact)} to receive ${event(fact)}`,
    received: insteadOfEvent(fact),
  }),
  'event-repeated': (fact) => ({
    expected: `${client(fact)} to receive ${event(fact)} ${count(fact.expected)}`,
    received:
      fact.seen === 0
        ? 'it did not receive it'
        : `it received it ${count(fact.seen)}${also(fact)}`,
  }),
  'event-unexpected': (fact) => ({
    expected: `${client(fact)} not to receive ${event(fact)}`,
    received: 'it received it',
  }),
  'delivery-wrong': (fact) => ({
    expected: `${formatNames(fact.deliveries.map((one) => one.client))} to receive ${event(fact)} ${count(fact.expected)}`,
    received: deliveries(fact),
  }),
  'ack-missing': (fact) => ({
    expected: `${client(fact)}'s "${fact.event}" to be acknowledged`,
    received: 'the acknowledgement did not come',
  }),
  'ack-wrong': (fact) => ({
    expected: `${client(fact)}'s "${fact.event}" to be acknowledged with ${fact.should}`,
    received: `the acknowledgement was ${fact.args.map(json).join(', ') || 'empty'}`,
  }),
  'socket-refused': (fact) => ({
    expected: `${app(fact)} to let ${client(fact)} connect`,
    received: `it was refused: "${fact.message}"${acceptedWith(fact.retry)}`,
  }),
  'refusal-unexplained': (fact) => ({
    expected: `${app(fact)} to refuse ${client(fact)} with a reason`,
    received: 'a `connect_error` without a message',
  }),
  'socket-unanswered': (fact) => ({
    expected:
      fact.expected === 'connected'
        ? `${app(fact)} to let ${client(fact)} connect`
        : `${app(fact)} to refuse ${client(fact)}`,
    received: 'it was neither accepted nor refused',
  }),
  'socket-accepted': (fact) => ({
    expected: `${app(fact)} to refuse ${client(fact)}`,
    received: [
      'it was let in',
      fact.refused && 'after it had been refused',
      fact.disconnected && 'and disconnected again',
    ]
      .filter(Boolean)
      .join(', '),
  }),
  'socket-state': (fact) => ({
    expected: `${client(fact)} to be ${fact.expected}`,
    received: fact.expected === 'connected' ? 'it is not connected' : 'it is still connected',
  }),
  ...httpTexts,
  ...historyTexts,
  ...scaleTexts,
  'redis-key': (fact) => ({
    expected: `the key ${fact.key} in Redis to hold ${fact.should}`,
    received: `it holds ${fact.holds}`,
  }),
  survivors: (fact) => ({
    expected: `no process of ${app(fact)} to be left when it has ended`,
    received:
      (fact.afterMs === undefined ? '' : `it ended ${fact.afterMs} ms later, and `) +
      `${fact.count} of the processes that it started ${fact.count === 1 ? 'is' : 'are'} still running`,
  }),
  'process-count': (fact) => ({
    expected: `${app(fact)} to run ${fact.expected} processes beside its first one`,
    received: `it runs ${fact.seen}`,
  }),
  'restart-storm': (fact) => ({
    expected: `${app(fact)} to pause before it restarts a process that keeps crashing`,
    received: `it started it ${count(fact.restarts)}, one right after the other`,
  }),
  'announcement-count': (fact) => ({
    expected: `${fact.expected} announcements of "${fact.event}" on "${fact.channel}", each with a name of its own`,
    received:
      fact.instances.length === 0
        ? 'there was none'
        : `there ${fact.instances.length === 1 ? 'was' : 'were'} ${fact.instances.length}: ${fact.instances.join(', ')}`,
  }),
  'port-not-shared': (fact) => ({
    expected: `more than one process of ${app(fact)} to serve the sockets of port ${fact.port}`,
    received: `${fact.serving === 0 ? 'none' : 'one alone'} of them accepts connections there`,
  }),
  'compile-error': ({ message }) => ({
    expected: 'a program that compiles',
    received: message,
  }),
}

function hostPort({ host, port }: { host: string; port: number }): string {
  return `${host}:${Number.isInteger(port) ? port : '(no port)'}`
}

function causeLine(fact: FactOf<'cause-line'>): FactText {
  const line = `${app(fact)} to print one line with the cause`
  switch (fact.problem) {
    case 'missing':
      return {
        expected: fact.stream ? `${line} on ${fact.stream}` : line,
        received: fact.stream ? `nothing was printed on ${fact.stream}` : 'it printed nothing',
      }
    case 'stack':
      return { expected: line, received: `the stack of an error: ${fact.line}` }
    case 'internal':
      return { expected: line, received: `an error of the program itself: ${fact.line}` }
    case 'unnamed':
      return { expected: `${line} that names ${fact.should}`, received: `"${fact.line}"` }
    case 'same':
      return {
        expected: `${line}, and ${fact.other} to print another one`,
        received: `both printed "${fact.line}"`,
      }
  }
}

function meanwhile(started = 0): string {
  return started === 0 ? '' : `, and has started ${started} processes meanwhile`
}

function ranFor(ms?: number): string {
  return ms === undefined ? '' : `, ${(ms / 1_000).toFixed(1)} seconds after its start`
}

function timesInAll(times = 1): string {
  return times === 1 ? '' : `, ${times} times in all`
}

function also({ also: names = [] }: { also?: readonly string[] }): string {
  return names.map((name) => `, and so did ${name}`).join('')
}

function wanted({
  command,
  channel,
  fields,
}: Pick<FactOf<'command-missing'>, 'command' | 'channel' | 'fields'>): string {
  const where = channel === undefined ? '' : `"${channel}"`
  if (command === 'PSUBSCRIBE') return `subscribe to the pattern ${where}`
  if (command === 'SUBSCRIBE') return `subscribe to ${where}`
  if (command === 'PUBLISH') return `publish ${fields ? json(fields) : 'a message'} on ${where}`
  return `send ${command}`
}

function describeCommand({ name, args }: CommandRef): string {
  const [first = '', second = ''] = args
  if (name === 'PUBLISH') return `it published ${second || 'nothing'} on "${first}"`
  const channels = `"${args.join('", "')}"`
  if (name === 'PSUBSCRIBE') return `it subscribed to the pattern ${channels}`
  if (name === 'SUBSCRIBE') {
    const isPattern = args.some((arg) => arg.includes('*'))
    return `it subscribed to ${isPattern ? 'a channel of the name ' : ''}${channels}`
  }
  return `it sent ${[name, ...args].join(' ')}`
}
