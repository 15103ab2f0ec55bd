import type { CommandEvent } from './events.ts'

/**
 * Which commands the program asked Redis not to answer: CLIENT REPLY OFF silences all up to ON,
 * CLIENT REPLY SKIP the next one; both are themselves not answered.
 */
export class Silence {
  #off = false
  #skip = false

  /** @returns whether this command, the next one sent, will go unanswered */
  covers(command: CommandEvent): boolean {
    const mode = replyMode(command)
    if (mode === 'ON' || command.name === 'RESET') {
      this.lift()
      return false
    }
    const silent = this.#off || this.#skip || mode !== undefined
    this.#skip = mode === 'SKIP'
    if (mode === 'OFF') this.#off = true
    return silent
  }

  /** Redis answered after all: it had refused, or queued, what was to silence it. */
  lift(): void {
    this.#off = false
    this.#skip = false
  }
}

function replyMode({ name, args }: CommandEvent): string | undefined {
  if (name !== 'CLIENT' || args.length !== 2 || args[0]?.toUpperCase() !== 'REPLY')
    return undefined
  const mode = args[1]?.toUpperCase() ?? ''
  return ['ON', 'OFF', 'SKIP'].includes(mode) ? mode : undefined
}
