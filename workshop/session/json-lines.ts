import type { Socket } from 'node:net'

/** What sessions and daemon send each other: one JSON object a line. */
export type Message = Record<string, unknown>

// The longest real message names a command and its instances.
const maxLineLength = 64 * 1024

/** Sends a message; a closed connection drops it. */
export function writeJsonLine(socket: Socket, message: Message): void {
  if (socket.writable) socket.write(JSON.stringify(message) + '\n')
}

/** Passes on every message that arrives. Anything else, a longer line included, closes the connection. */
export function readJsonLines(socket: Socket, onMessage: (message: Message) => void): void {
  let unfinished = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unfinished + chunk).split('\n')
    unfinished = lines.pop() ?? ''
    if (unfinished.length > maxLineLength) socket.destroy()
    for (const line of lines) {
      const message = line.length > maxLineLength ? undefined : parseObject(line)
      if (!message) socket.destroy()
      if (socket.destroyed || !message) return
      onMessage(message)
    }
  })
}

/** A text field of a message; empty when there is none. */
export function stringField(message: Message, key: string): string {
  const value = message[key]
  return typeof value === 'string' ? value : ''
}

/** A number field of a message; 0 when there is none. */
export function numberField(message: Message, key: string): number {
  const value = message[key]
  return typeof value === 'number' ? value : 0
}

/** Parses one JSON object. @returns undefined when the text is something else */
export function parseObject(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
