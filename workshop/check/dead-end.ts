import { type CommandEvent, RespError, type WireEvent } from '../proxy/index.ts'
import { type AppEvidence, callsItsRedis, describeExit, isCommand } from './evidence.ts'

/**
 * Why there is no sense in waiting any longer for a program that still runs: it prints without
 * end, it does not use the protocol of its Redis, or it connects to the wrong address or is
 * refused, and has begun to do the same again.
 *
 * @returns what it does instead, or nothing while there is hope
 */
export function deadEndReason(program: AppEvidence): string | undefined {
  if (program.truncated) return 'it prints without end'
  const found = program.wire.find((event) => event.kind === 'protocol-error')
  if (found && found.reason !== 'unmatched-reply') return protocolErrors[found.reason]
  const lockedOut = program.wire.filter(isLockedOut)
  const again = new Set(lockedOut.map(({ connection }) => connection)).size > 1
  if (again) return `Redis answered: ${lockedOut[0]?.reply.message}`
  return program.connectAttempts.length > 1 ? wrongAddress(program) : undefined
}

// What a program did that connected to another address and never to its Redis.
function wrongAddress(program: AppEvidence): string | undefined {
  const [first] = program.connectAttempts
  if (!first || callsItsRedis(program)) return undefined
  const port = Number.isInteger(first.port) ? first.port : '(no port)'
  return `it tried to connect to ${first.host}:${port}`
}

function isLockedOut(event: WireEvent): event is CommandEvent & { reply: RespError } {
  if (!isCommand(event) || !(event.reply instanceof RespError)) return false
  return ['WRONGPASS', 'NOAUTH'].includes(event.reply.code)
}

const protocolErrors = {
  'plaintext-on-tls': 'it sent plain text, and Redis expects TLS there',
  'tls-on-plaintext': 'it used TLS, and Redis expects plain text there',
  'not-resp': "it sent something that is not Redis's protocol",
}

// V8 ends the process with a signal and a line of its own.
const fatal: readonly (readonly [line: RegExp, why: string])[] = [
  [/JavaScript heap out of memory/, 'as its memory was full'],
  [/Fatal JavaScript invalid size error/, 'as a list in it had grown too long'],
]

function whyNodeGaveUp({ exit, lines }: AppEvidence): string {
  if (!exit?.signal) return ''
  const [, why] = fatal.find(([line]) => lines.some(({ text }) => line.test(text))) ?? []
  return why ? `, ${why}` : ''
}

/** What became of a program, in one sentence. */
export function describeState(program: AppEvidence): string {
  const { exit, lines } = program
  const last = lines.findLast(({ text }) => text.trim() && !/^\s+at /.test(text))?.text
  const instead = wrongAddress(program) ?? deadEndReason(program)
  const end = exit && `ended with ${describeExit(exit)}${whyNodeGaveUp(program)}`
  if (instead) return end ? `${instead}, and ${end}` : instead
  if (end) return `it ${end}`
  return last ? `its last line is "${last}"` : 'it printed nothing'
}
