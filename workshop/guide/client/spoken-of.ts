import type { FailureInfo, WireItem } from '../protocol.ts'

// They open a connection, and say nothing about what a program does.
const greetings = new Set(['HELLO', 'CLIENT', 'INFO'])

/**
 * Which lines of the wire a failure speaks of: those that look like the ones the check has seen
 * among its own instances, in command, first word, and what came of it.
 */
export function spokenOf(failure: FailureInfo | undefined): (item: WireItem) => boolean {
  const said = new Set((failure?.wire ?? []).flatMap(likenessOfLine))
  return ({ text, result }) => said.has(likeness(text, result))
}

function likenessOfLine(line: string): string[] {
  const [, text, result = ''] = /conn \d+\s+(.*?)(?:\s+-> (.*))?$/.exec(line) ?? []
  const [command = ''] = text?.split(' ') ?? []
  const speaks = text && /^(<-|[A-Z]+)$/.test(command) && !greetings.has(command)
  return speaks ? [likeness(text, result)] : []
}

// The check has users, sessions and amounts of its own: of `JOB:ada:primes` only `JOB:` is looked
// at, and of the receivers only whether there were any.
function likeness(text: string, result: string): string {
  const [command = '', first = '', second = ''] = text.split(' ')
  const name = command === '<-' ? second : first
  const key = name.includes(':') ? name.slice(0, name.indexOf(':') + 1) : name
  return [command, command === '<-' ? first : '', key, outcomeOf(result)].join(' ')
}

function outcomeOf(result: string): string {
  if (/^\d+ receivers?$/.test(result)) return result.startsWith('0 ') ? 'nobody' : 'heard'
  return /^(error|nil|no reply)/.exec(result)?.[0] ?? ''
}
