import type { RespValue } from './events.ts'

const CONFIRMATION = /^(p|s|)(un)?subscribe$/

/** One confirmation of SUBSCRIBE or its family. */
export interface Confirmation {
  /** Lower case, which is also the command's name: `subscribe`, `punsubscribe`, … */
  name: string
  set: Set<string>
  leaves: boolean
  /** `undefined`: there was nothing to unsubscribe from. */
  channel: string | undefined
}

/** What one connection is subscribed to, as far as Redis has confirmed it. */
export class Subscriptions {
  readonly #sets = new Map([
    ['', new Set<string>()],
    ['p', new Set<string>()],
    ['s', new Set<string>()],
  ])

  /** Whether there is any: in RESP2 the connection is then in subscriber mode. */
  get any(): boolean {
    return [...this.#sets.values()].some((set) => set.size > 0)
  }

  /** Reads `['subscribe', 'instances', 1]`. @returns undefined when it is something else */
  read(value: RespValue): Confirmation | undefined {
    if (!Array.isArray(value) || value.length !== 3 || typeof value[2] !== 'number')
      return undefined
    const [name, channel] = value
    if (typeof name !== 'string' || (typeof channel !== 'string' && channel !== null))
      return undefined
    const match = CONFIRMATION.exec(name)
    const set = this.#sets.get(match?.[1] ?? '')
    if (!match || !set) return undefined
    return { name, set, leaves: match[2] === 'un', channel: channel ?? undefined }
  }

  /** Remembers a confirmation. */
  note({ set, leaves, channel }: Confirmation): void {
    if (channel === undefined) return
    if (leaves) set.delete(channel)
    else set.add(channel)
  }

  /** RESET ends all of them without a word. */
  clear(): void {
    for (const set of this.#sets.values()) set.clear()
  }
}
