import { type CommandEvent, RespError, type WireEvent } from './events.ts'
import type { Recording } from './recording.ts'

/**
 * Calls back once for every event, when there is nothing more to be known about it: a command
 * with its reply, or when its connection has ended without one; everything else at once.
 *
 * @returns a function that ends it
 */
export function whenComplete(
  recording: Recording,
  listener: (event: WireEvent) => void,
): () => void {
  const unanswered = new Set<CommandEvent>()
  return recording.on((event) => {
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
 * The redis package introduces itself with commands that an older Redis does not know. It
 * does not mind, so a learner should not have to wonder about three errors per connection.
 */
export function isIntroduction(event: WireEvent): boolean {
  return event.kind === 'command' && event.name === 'CLIENT' && event.reply instanceof RespError
}

function sameConnection(a: WireEvent, b: WireEvent): boolean {
  return a.instance === b.instance && a.connection === b.connection
}
