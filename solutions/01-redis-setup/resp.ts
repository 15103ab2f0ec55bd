// RESP, the protocol of Redis, as far as this step needs it: commands are lists of strings, replies
// are lines ("+PONG", "-WRONGPASS ..."). Left out: replies longer than a line.

import type { Socket } from 'node:net'

/** Encodes one command: PING becomes *1, $4, PING, each followed by a line end. */
export function command(...words: string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

/** The replies, one line each. TCP has no lines: one may arrive in pieces, or two in one piece. */
export async function* replies(socket: Socket): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of socket.setEncoding('utf8')) {
    const lines = `${rest}${piece}`.split('\r\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
