import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** What runners and keeper tell each other: one JSON object a line. */
export type Message = Record<string, unknown>

/** Sends a message. Whoever has hung up misses it. */
export function writeJsonLine(socket: Socket, message: Message): void {
  if (socket.writable) socket.write(JSON.stringify(message) + '\n')
}

/** Hands on every message that comes in. What is not a message ends the connection. */
export function readJsonLines(socket: Socket, onMessage: (message: Message) => void): void {
  const lines = createInterface({ input: socket })
  lines.on('error', () => {}) // It repeats those of the socket.
  lines.on('line', (line) => {
    const message = parseObject(line)
    if (message) onMessage(message)
    else socket.destroy()
  })
}

/** A text inside of a message; empty when there is none. */
export function stringField(message: Message, key: string): string {
  const value = message[key]
  return typeof value === 'string' ? value : ''
}

/** A number inside of a message; 0 when there is none. */
export function numberField(message: Message, key: string): number {
  const value = message[key]
  return typeof value === 'number' ? value : 0
}

/** Reads one JSON object. @returns undefined when the text is something else */
export function parseObject(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
