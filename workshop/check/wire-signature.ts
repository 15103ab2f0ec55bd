import { RespError, type RespValue, type WireEvent } from '../proxy/events.ts'

/** What a wire event is about, without what differs between two runs: users, ids, numbers. */
export interface WireSignature {
  kind: 'command' | 'push' | 'open' | 'close' | 'protocol-error'
  /** The command, or `message` and its like. */
  name: string
  /** The channel or key; of `JOB:ada:primes` only `JOB:`. */
  subject: string
  outcome: 'ok' | 'no receivers' | 'error' | 'nil' | 'no reply'
}

/**
 * What a wire event is about. Two runs have users, sessions and amounts of their own, so of a
 * name with parts only the first counts, and of the receivers only whether there were any.
 */
export function signatureOf(event: WireEvent): WireSignature {
  if (event.kind !== 'command' && event.kind !== 'push') {
    return { kind: event.kind, name: event.kind, subject: '', outcome: 'ok' }
  }
  const [first = ''] = event.args
  const colon = first.indexOf(':')
  return {
    kind: event.kind,
    name: event.name,
    subject: colon < 0 ? first : first.slice(0, colon + 1),
    outcome: event.kind === 'push' ? 'ok' : outcomeOf(event.name, event.reply),
  }
}

function outcomeOf(name: string, reply: RespValue | undefined): WireSignature['outcome'] {
  if (reply === undefined) return 'no reply'
  if (reply instanceof RespError) return 'error'
  if (reply === null) return 'nil'
  return reply === 0 && name === 'PUBLISH' ? 'no receivers' : 'ok'
}
