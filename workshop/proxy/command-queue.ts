import type { DecodedCommand } from './command-decoder.ts'
import type { CommandEvent } from './events.ts'

/** A command that Redis has not, or not fully, replied to. */
export interface PendingCommand {
  /** `undefined`: too many were pending, and only what follows was kept of it. */
  event: CommandEvent | undefined
  /** Upper case, and as sent: the name in the event has its secrets removed. */
  name: string
  argCount: number
  /** A secret of it was removed. */
  redacted: boolean
  /** Its bytes on the wire. */
  size: number
  /** Its reply changes how later replies are matched. */
  special: boolean
  clientReply: 'ON' | 'OFF' | 'SKIP' | undefined
  /** Confirmations still to come, known from the first one on. */
  confirmationsLeft: number | undefined
  /** An entry without an event can stand for many ordinary commands. */
  repeats: number
}

const SUBSCRIBING = /^[PS]?(UN)?SUBSCRIBE$/
const SPECIAL = new Set(['MULTI', 'DISCARD', 'EXEC', 'MONITOR', 'HELLO', 'RESET'])
const MAX_ENTRIES = 20_000
const MAX_ENTRIES_WITHOUT_EVENT = 100_000
const MAX_SIZE = 8_000_000

/** What the matching of replies must know of a command. */
export function toPending(
  command: DecodedCommand,
  event: CommandEvent,
  redacted: boolean,
): PendingCommand {
  const name = command.name.toUpperCase()
  const clientReply = name === 'CLIENT' ? clientReplyOf(command) : undefined
  return {
    event,
    name,
    argCount: command.argCount,
    redacted,
    size: command.end - command.start,
    special: clientReply !== undefined || SPECIAL.has(name),
    clientReply,
    confirmationsLeft: undefined,
    repeats: 1,
  }
}

function clientReplyOf({ args, argCount }: DecodedCommand): PendingCommand['clientReply'] {
  if (argCount !== 2 || args[0]?.toUpperCase() !== 'REPLY') return undefined
  const mode = args[1]?.toUpperCase()
  return mode === 'ON' || mode === 'OFF' || mode === 'SKIP' ? mode : undefined
}

/**
 * Commands in the order in which they were sent. Bounded: behind too many, or too large, ones it
 * keeps of ordinary commands only how many they are.
 */
export class CommandQueue {
  /** How many commands it holds. */
  size = 0
  /** CLIENT REPLY was among them. */
  hasClientReply = false
  #entries: PendingCommand[] = []
  #head = 0
  #bytes = 0

  get first(): PendingCommand | undefined {
    return this.#entries[this.#head]
  }

  /** From the oldest on. An entry can stand for several commands. */
  *[Symbol.iterator](): Iterator<PendingCommand> {
    for (let i = this.#head; i < this.#entries.length; i++) yield this.#entries[i]!
  }

  /** @returns whether the event was kept; `overflow`: not even the command was */
  push(command: PendingCommand): 'with event' | 'without event' | 'overflow' {
    const count = this.#entries.length - this.#head
    if (command.clientReply) this.hasClientReply = true
    if (command.event && count < MAX_ENTRIES && this.#bytes < MAX_SIZE) {
      this.#entries.push(command)
      this.#bytes += command.size
      this.size++
      return 'with event'
    }
    const last = this.#entries.at(-1)
    const isOrdinary = !command.special && !SUBSCRIBING.test(command.name)
    if (isOrdinary && last?.name === '') {
      last.repeats++
    } else {
      if (count >= MAX_ENTRIES_WITHOUT_EVENT) return 'overflow'
      const name = isOrdinary ? '' : command.name
      this.#entries.push({ ...command, event: undefined, name, size: 0 })
    }
    this.size++
    return 'without event'
  }

  /** Takes the oldest command. */
  shift(): PendingCommand | undefined {
    const { first } = this
    if (!first) return undefined
    this.size--
    if (first.repeats > 1) {
      first.repeats--
      return { ...first, repeats: 1 }
    }
    this.#bytes -= first.size
    this.#head++
    // Moving the rest of a long array at every command would cost more than all else.
    if (this.#head === this.#entries.length || this.#head >= 1024 + this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return first
  }
}
