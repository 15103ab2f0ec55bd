import type { CommandEvent, RespValue, WireEvent } from '../../workshop/wire/index.ts'
import { RawClient, command, commandsIn, redis, soon, tapped } from './wire-support.ts'

/** What happens to a program that sends these lines, a PING after them for a fence. */
export interface Session {
  lines: string[]
  /** Waits for each reply before the next line. */
  oneByOne?: boolean
  /** Said to Redis by somebody else, once the program had this reply or sent this. */
  tell?: string[][]
  after?: (command: CommandEvent) => unknown
}

/** Runs it through a tap to a Redis of its own. */
export async function session({ lines, oneByOne, tell = [], after = () => true }: Session) {
  const running = await redis()
  const { tap, recording } = await tapped(running)
  const seen = (look: (command: CommandEvent) => unknown) =>
    recording.until((events) => commandsIn(events).find((event) => look(event)), soon())
  const client = new RawClient(tap.port)
  if (!oneByOne) client.write(lines.map((line) => `${line}\r\n`).join(''))
  for (const [i, line] of oneByOne ? lines.entries() : []) {
    client.write(`${line}\r\n`)
    await recording.until((events) => commandsIn(events)[i]?.repliedAt, soon())
  }
  await seen(after)
  const other = new RawClient(running.port)
  for (const words of tell) {
    const before = other.size
    other.write(command(...words))
    await other.gets('\r\n', before)
  }
  client.write('PING fence\r\n')
  await seen(({ args, reply }) => args[0] === 'fence' && reply)
  return { replies: replies(recording.events), pushes: pushes(recording.events) }
}

/** Each command as a line, and its reply. */
export function replies(events: readonly WireEvent[]): [string, RespValue | undefined][] {
  return commandsIn(events).map(({ name, args, reply }) => [[name, ...args].join(' '), reply])
}

/** Each push as a list. */
export function pushes(events: readonly WireEvent[]): string[][] {
  return events
    .filter((event) => event.kind === 'push')
    .map(({ name, args }) => [name].concat(args))
}
