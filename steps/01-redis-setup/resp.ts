// RESP, the language of Redis, as far as this step needs it: commands go out as lists of words,
// answers come back as lines ("+PONG", "-WRONGPASS ..."). Left out: answers longer than a line.

import type { Socket } from 'node:net'

/** One command as bytes for Redis: PING becomes *1, $4, PING, each followed by a line end. */
export function command(...words: string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

/** The answers, a line each. TCP knows no lines: one may arrive in pieces, two in one piece. */
export async function* answers(socket: Socket): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of socket.setEncoding('utf8')) {
    const lines = `${rest}${piece}`.split('\r\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
