import { Recording, RespError, formatWire, openTap } from '../../wire/index.ts'
import type { CommandEvent, Tap, WireEvent } from '../../wire/index.ts'
import type { Printer } from './printer.ts'

/** Where the Redis of a run is. */
export interface RunRedis {
  host: string
  port: number
  tls: boolean
  /** With credentials, if there are any. */
  url: string
}

/** Between every instance and Redis: what crosses there can be shown, and Redis taken away. */
export class Taps {
  private readonly recording = new Recording({ limit: 1000 })
  private readonly open = new Map<string, Tap>()
  private readonly unanswered = new Set<CommandEvent>()
  private first: WireEvent | undefined
  private away = false
  private toggling = Promise.resolve()

  /** @param shown whether the wire is printed from the start */
  constructor(
    private readonly redis: RunRedis,
    private readonly printer: Printer,
    private shown: boolean,
  ) {
    this.recording.on((event) => this.follow(event))
  }

  /** Opens a tap for an instance. @returns its `REDIS_URL` */
  async add(instance: string): Promise<string> {
    const { host, port, tls } = this.redis
    const url = new URL(this.redis.url)
    const tap = await openTap({
      instance,
      recording: this.recording,
      upstream: { host, port, tls },
      secrets: url.password ? [decodeURIComponent(url.password)] : [],
    })
    this.open.set(instance, tap)
    if (this.away) await tap.down()
    // The way from the instance to the tap never leaves this machine: it needs no TLS.
    const path = url.pathname === '/' ? '' : url.pathname
    return `redis://${credentials(url)}127.0.0.1:${tap.port}${path}`
  }

  /** Closes the tap of an instance that is gone for good. */
  async remove(instance: string): Promise<void> {
    await this.open.get(instance)?.close()
    this.open.delete(instance)
  }

  /** Closes them all. */
  async close(): Promise<void> {
    for (const name of this.open.keys()) await this.remove(name)
  }

  /** Shows the wire, or hides it. @returns what it does now, for people */
  toggleWire(): string {
    this.shown = !this.shown
    return this.shown ? 'The wire is shown; w hides it' : 'The wire is hidden; w shows it'
  }

  /** Takes Redis away from the instances of this run, or brings it back. */
  async toggleRedis(): Promise<void> {
    const away = !this.away
    this.away = away
    const text = away
      ? 'Redis is gone: connections are cut and refused; r brings it back'
      : 'Redis is back'
    // One after the other, or a quick second key would meet a tap halfway.
    this.toggling = this.toggling.then(async () => {
      for (const tap of this.open.values()) await (away ? tap.down() : tap.up())
      this.printer.say(text)
    })
    await this.toggling
  }

  // A command is shown with its reply, hence when that comes; the rest at once.
  private follow(event: WireEvent): void {
    this.first ??= event
    if (event.kind === 'command') {
      if (event.reply === undefined) this.unanswered.add(event)
      else if (this.unanswered.delete(event)) this.show(event)
      return
    }
    if (event.kind === 'close') this.showUnanswered(event)
    this.show(event)
  }

  private showUnanswered({ instance, connection }: WireEvent): void {
    for (const command of this.unanswered) {
      if (command.instance !== instance || command.connection !== connection) continue
      this.unanswered.delete(command)
      this.show(command)
    }
  }

  private show(event: WireEvent): void {
    if (!this.shown || isIntroduction(event)) return
    // Times are told relative to the first of the events given.
    const lines = formatWire([this.first ?? event, event], { width: this.printer.room() })
    this.printer.aside('wire', lines.at(-1) ?? '')
  }
}

// Libraries introduce themselves. The redis package does so with commands that an older Redis does
// not know, and does not mind. Its version 3 asks for a page of INFO, to see whether Redis is still
// loading. Neither is what a learner has written, nor what a lesson is about.
function isIntroduction(event: WireEvent): boolean {
  if (event.kind !== 'command') return false
  const refused = event.reply instanceof RespError
  return event.name === 'CLIENT' ? refused : event.name === 'INFO' && !refused
}

function credentials({ username, password }: URL): string {
  return username || password ? `${username}:${password}@` : ''
}
