import type { CommandEvent, RespValue, WireEvent } from '../../../workshop/proxy/index.ts'
import {
  RawClient,
  encodeCommand,
  commandsIn,
  startTestRedis,
  timeoutSignal,
  startTestProxy,
} from './proxy-fixture.ts'

/** Inline commands for one connection. `PING fence` is sent after them. */
export interface Session {
  lines: string[]
  /** Waits for each reply before the next line. */
  oneByOne?: boolean
  /** Commands that another connection sends, once `after` is true of a command. */
  byOther?: string[][]
  after?: (command: CommandEvent) => unknown
}

/**
 * Runs a session through a proxy to a new Redis.
 *
 * @returns the recorded replies and pushes, and each command with its reply when it was completed
 */
export async function runSession({
  lines,
  oneByOne,
  byOther = [],
  after = () => true,
}: Session) {
  const running = await startTestRedis()
  const { proxy, recording } = await startTestProxy(running)
  const completed: [string, RespValue | undefined][] = []
  recording.onCompleted((event) => completed.push(...replies([event])))
  const waitForCommand = (matches: (command: CommandEvent) => unknown) =>
    recording.waitFor(
      (events) => commandsIn(events).find((event) => matches(event)),
      timeoutSignal(),
    )
  const client = new RawClient(proxy.port)
  if (!oneByOne) client.write(lines.map((line) => `${line}\r\n`).join(''))
  for (const [i, line] of oneByOne ? lines.entries() : []) {
    client.write(`${line}\r\n`)
    await recording.waitFor((events) => commandsIn(events)[i]?.repliedAt, timeoutSignal())
  }
  await waitForCommand(after)
  const other = new RawClient(running.port)
  for (const words of byOther) {
    const before = other.size
    other.write(encodeCommand(...words))
    await other.waitForBytes('\r\n', before)
  }
  client.write('PING fence\r\n')
  await waitForCommand(({ args, reply }) => args[0] === 'fence' && reply)
  return { replies: replies(recording.events), pushes: pushes(recording.events), completed }
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
