import { type RouterOptions, openRouter } from '../router/index.ts'
import type { Endpoint } from './http.ts'
import { HttpSession } from './http-session.ts'
import { SocketClient } from './socket-client.ts'
import type { SocketOptions } from './create-socket.ts'
import type { AppUnderTest } from './app-under-test.ts'

/** What a gate of a web step has around its programs: a router, browsers and devices. */
export abstract class WebTestBed {
  abstract readonly programs: readonly AppUnderTest[]
  /** Done when the stage is closed. */
  protected readonly cleanups: (() => Promise<unknown>)[] = []

  /** @param signal ends every wait */
  constructor(readonly signal: AbortSignal) {}

  /** Asks Redis itself. @returns its answer as text */
  abstract redisCommand(...words: string[]): Promise<string>

  /**
   * Opens a router in front of all programs of this stage, by name in turn; those that do not
   * listen are passed over.
   */
  async startRouter(options: Pick<RouterOptions, 'tls'> = {}): Promise<Endpoint> {
    const backends = () => this.programs.toSorted((a, b) => a.name.localeCompare(b.name))
    const router = await openRouter({ backends, ...options })
    this.cleanups.push(() => router.close())
    return { name: 'the router', url: router.url }
  }

  /** A browser without cookies. */
  httpSession(): HttpSession {
    return new HttpSession(this.signal)
  }

  /** A device that is not connected yet. @param place whom it will connect to */
  socketClient(place: Endpoint, options: SocketOptions = {}): SocketClient {
    const device = new SocketClient(place, options, this.signal)
    this.cleanups.push(async () => device.close())
    return device
  }

  /**
   * Redis restarts, as every program of this stage sees it: connections are cut, refused, and
   * taken again. The data stays, unless Redis shall forget it.
   */
  async restartRedis({ forget = false } = {}): Promise<void> {
    const taps = this.programs.map(({ tap }) => tap)
    await Promise.all(taps.map((tap) => tap.disable()))
    if (forget) await this.redisCommand('FLUSHALL')
    await Promise.all(taps.map((tap) => tap.enable()))
  }
}
