import { type RouterOptions, openRouter } from '../../workshop/router/index.ts'
import type { Place } from './ask.ts'
import { Browser } from './browser.ts'
import { Device } from './device.ts'
import type { DeviceOptions } from './plug.ts'
import type { Program } from './program.ts'

/** What a gate of a web step has around its programs: a router, browsers and devices. */
export abstract class WebStage {
  abstract readonly programs: readonly Program[]
  /** Done when the stage is closed. */
  protected readonly cleanups: (() => Promise<unknown>)[] = []

  /** @param signal ends every wait */
  constructor(readonly signal: AbortSignal) {}

  /** Asks Redis itself. @returns its answer as text */
  abstract command(...words: string[]): Promise<string>

  /**
   * Opens a router in front of all programs of this stage, by name in turn; those that do not
   * listen are passed over.
   */
  async router(options: Pick<RouterOptions, 'tls'> = {}): Promise<Place> {
    const targets = () => this.programs.toSorted((a, b) => a.name.localeCompare(b.name))
    const router = await openRouter({ targets, ...options })
    this.cleanups.push(() => router.close())
    return { name: 'the router', url: router.url }
  }

  /** A browser without cookies. */
  browser(): Browser {
    return new Browser(this.signal)
  }

  /** A device that is not connected yet. @param place whom it will connect to */
  device(place: Place, options: DeviceOptions = {}): Device {
    const device = new Device(place, options, this.signal)
    this.cleanups.push(async () => device.close())
    return device
  }

  /**
   * Redis restarts, as every program of this stage sees it: connections are cut, refused, and
   * taken again. The data stays, unless Redis shall forget it.
   */
  async restartRedis({ forget = false } = {}): Promise<void> {
    const taps = this.programs.map(({ tap }) => tap)
    await Promise.all(taps.map((tap) => tap.down()))
    if (forget) await this.command('FLUSHALL')
    await Promise.all(taps.map((tap) => tap.up()))
  }
}
