import type { FactOf, Retry } from './facts.ts'

// Socket events and their clients in sentences: a part of describe-fact.ts.

const retryForms: Record<Retry['form'], string> = {
  same: 'once more',
  'own-event': 'as an event of its own',
  'two-arguments': 'as two arguments',
  'json-text': 'as a JSON text',
  'list-of-args': 'with a list in args',
  'with-ack': 'with a request for an acknowledgement',
  'without-token': 'without a token',
  'token-in-address': 'with the token in the address',
}

/** An app's name. */
export function app({ app: name }: { app?: string }): string {
  return name ?? 'the app'
}

/** A client's name. */
export function client({ client: name }: { client?: string }): string {
  return name ?? 'the client'
}

/** What a client received in the place of a publication. */
export function describeReply({
  reply,
  ...fact
}: FactOf<'command-missing'>): string | undefined {
  if (!reply) return undefined
  return reply.event === undefined
    ? `nothing was published, and the acknowledgement was ${reply.args.map(json).join(', ')}`
    : `nothing was published, and ${client(fact)} received ${event({ event: reply.event, args: reply.args })}`
}

/** "ada's phone and grace's phone", or "all 5 devices of ada and grace". */
export function recipients({ clients, ...fact }: FactOf<'event-missing'>): string {
  if (!clients) return client(fact)
  if (clients.length < 4) return formatNames(clients)
  const users = [...new Set(clients.map((name) => name.split("'")[0] ?? ''))]
  return `all ${clients.length} devices of ${formatNames(users)}`
}

/** What became of an event that did not arrive. */
export function insteadOfEvent({
  reached = [],
  clients,
  instead,
  retry,
  sender,
  others = [],
  ...fact
}: FactOf<'event-missing'>): string {
  if (!fact.connected)
    return `${client(fact)} is not connected${fact.closed ? `: its connection was closed ${count(fact.closed)}` : ''}`
  if (fact.unanswered) {
    const { method, path } = fact.unanswered
    return `it did not arrive, and ${app(fact)} does not answer ${method} ${path} any more`
  }
  if (instead) return `${instead.client} received ${event(instead)}`
  if (retry?.received) return `it did not arrive; sent ${retryForms[retry.form]} it arrives`
  const missed = clients?.filter((name) => !reached.includes(name)) ?? []
  if (reached.length > 0) {
    const who = formatNames(reached) + (reached.join() === sender ? ', which sent it,' : '')
    return missed.length > 0 && missed.length < reached.length
      ? `${formatNames(missed)} did not receive it, ${who} did`
      : `only ${who} received it`
  }
  if (retry?.ack)
    return `no device received it; it was acknowledged with ${listValues(retry.ack)}`
  if (clients) return 'no device received it'
  if (others.length > 1)
    return `it received ${others.length} others, the first "${others[0]}", the last "${others.at(-1)}"`
  if (others.length === 1) return `it received "${others[0]}" alone`
  return fact.last
    ? `the last event it received is ${event(fact.last)}`
    : 'it has received nothing'
}

/** How a socket is let in that was refused. */
export function acceptedWith(retry: Retry | undefined): string {
  return retry?.received ? `; it is let in ${retryForms[retry.form]}` : ''
}

function listValues(args: readonly unknown[]): string {
  return args.map(json).join(', ') || 'nothing'
}

/** "a", "a and b", "a, b, and c". */
export function formatNames(names: readonly string[]): string {
  return new Intl.ListFormat('en-US').format(names)
}

/** An event with its arguments, cut when it is long. */
export function event({ event: name, args }: { event: string; args?: unknown }): string {
  const values = args === undefined ? [] : Array.isArray(args) ? args : [args]
  return [`"${name}"`, values.map(json).join(', ')].join(' ').trim().slice(0, 300)
}

/** A value as JSON. */
export function json(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}

/** How often which client received an event. */
export function deliveries({ deliveries: all }: FactOf<'delivery-wrong'>): string {
  if (all.some(({ seen }) => seen > 0)) {
    return all
      .map((one) => `${one.client}: ${one.seen === 0 ? 'never' : count(one.seen)}`)
      .join(', ')
  }
  const [first] = all
  const last = first?.last ? `; the last event of ${first.client} is ${event(first.last)}` : ''
  return `${all.length === 1 ? 'it did not receive it' : 'none of them received it'}${last}`
}

/** What happened although the command was not sent. */
export function withoutCommand({
  reached = [],
  retried,
  ...fact
}: FactOf<'command-missing'>): string | undefined {
  if (retried) return `nothing, until ${client(fact)} sent the same once more`
  if (reached.length === 0) return undefined
  return `it sent nothing to Redis, and ${formatNames(reached)} received it`
}

/** "once", "3 times". */
export function count(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}

/** "1 second", "2.5 seconds". */
export function seconds(ms: number): string {
  return ms === 1_000 ? '1 second' : `${ms / 1_000} seconds`
}
