import { type RouterOptions, openRouter } from '../router/index.ts'
import type { Endpoint } from './http.ts'
import { HttpSession } from './http-session.ts'
import { SocketClient } from './socket-client.ts'
import type { SocketOptions } from './create-socket.ts'
import { type WaitUntilOptions, defaultTimeoutMs } from './app-context.ts'
import { waitFor } from './wait-for.ts'
import type { AppUnderTest } from './app-under-test.ts'

const pollMs = 10

function everyFewMs(changed: () => void): () => void {
  const timer = setInterval(changed, pollMs)
  return () => clearInterval(timer)
}

/** What a check of a web step has around its apps: a router, HTTP sessions and socket clients. */
export abstract class WebTestBed {
  abstract readonly apps: readonly AppUnderTest[]
  /** Done when the test bed is closed. */
  protected readonly cleanups: (() => Promise<unknown>)[] = []

  /** @param signal ends every wait */
  constructor(readonly signal: AbortSignal) {}

  /** Asks Redis itself. @returns its answer as text */
  abstract redisCommand(...words: string[]): Promise<string>

  /**
   * Opens a router in front of all apps, by name in turn; those that do not listen are passed
   * over.
   */
  async startRouter(options: Pick<RouterOptions, 'tls'> = {}): Promise<Endpoint> {
    const backends = () => this.apps.toSorted((a, b) => a.name.localeCompare(b.name))
    const router = await openRouter({ backends, ...options })
    this.cleanups.push(() => router.close())
    return { name: 'the router', url: router.url }
  }

  /**
   * Waits for anything that can be seen of the apps and socket clients.
   *
   * @returns what was seen, or nothing when the time was up
   */
  poll<T>(look: () => T | undefined, options: WaitUntilOptions = {}): Promise<T | undefined> {
    const wait = { withinMs: defaultTimeoutMs, ...options }
    return waitFor({ ...wait, poll: look, onChange: everyFewMs, signal: this.signal })
  }

  /** An HTTP session without cookies. */
  httpSession(): HttpSession {
    return new HttpSession(this.signal)
  }

  /** A socket client that is not connected yet. @param endpoint where it will connect to */
  socketClient(endpoint: Endpoint, options: SocketOptions = {}): SocketClient {
    const device = new SocketClient(endpoint, options, this.signal)
    this.cleanups.push(async () => device.close())
    return device
  }

  /**
   * Redis restarts, as every app sees it: connections are cut, refused, and accepted
   * again. The data stays, unless Redis shall forget it.
   */
  async restartRedis({ forget = false } = {}): Promise<void> {
    const proxies = this.apps.map(({ proxy }) => proxy)
    await Promise.all(proxies.map((proxy) => proxy.disable()))
    if (forget) await this.redisCommand('FLUSHALL')
    await Promise.all(proxies.map((proxy) => proxy.enable()))
  }
}
