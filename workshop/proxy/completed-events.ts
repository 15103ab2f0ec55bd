import { type CommandEvent, RespError, type WireEvent } from './events.ts'
import type { Recording } from './recording.ts'

/**
 * Calls back once for every event, when there is nothing more to be known about it: a command
 * with its reply, or when its connection has ended without one; everything else at once.
 *
 * @returns a function that ends it
 */
export function onCompleted(
  recording: Recording,
  listener: (event: WireEvent) => void,
): () => void {
  const unanswered = new Set<CommandEvent>()
  return recording.onEvent((event) => {
    if (event.kind === 'command') {
      if (event.reply === undefined) unanswered.add(event)
      else if (unanswered.delete(event)) listener(event)
      return
    }
    if (event.kind === 'close') {
      for (const command of unanswered) {
        if (!sameConnection(command, event)) continue
        unanswered.delete(command)
        listener(command)
      }
    }
    listener(event)
  })
}

/**
 * Libraries introduce themselves. The redis package does so with commands that an older Redis does
 * not know, and does not mind. Its version 3 asks for a page of INFO, to see whether Redis is still
 * loading. Neither is what a learner has written, nor what a lesson is about.
 */
export function isClientSetup(event: WireEvent): boolean {
  if (event.kind !== 'command') return false
  const refused = event.reply instanceof RespError
  return event.name === 'CLIENT' ? refused : event.name === 'INFO' && !refused
}

const greetings = new Set(['HELLO', 'CLIENT', 'INFO', 'COMMAND', 'SELECT'])

/** What libraries say to greet Redis teaches nothing, unless it is about who may come in. */
export function isHandshake(event: WireEvent): boolean {
  if (event.kind !== 'command' || !greetings.has(event.name)) return false
  const refused =
    event.reply instanceof RespError && /^(NOAUTH|WRONGPASS|NOPERM)/.test(event.reply.message)
  return !refused && !event.args.some((arg) => /^auth$/i.test(arg))
}

function sameConnection(a: WireEvent, b: WireEvent): boolean {
  return a.instance === b.instance && a.connection === b.connection
}
