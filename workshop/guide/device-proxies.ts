import { type Router, openRouter } from '../router/index.ts'
import type { DeviceInfo } from './protocol.ts'

interface DeviceBackend {
  name: string
  port: number
}

/**
 * Two devices in front of the instances. Each has a router of its own, which shows which instance
 * serves which of them.
 */
export class DeviceProxies {
  readonly infos: DeviceInfo[] = []
  private readonly routers: Router[] = []

  /** @param onChange called when another instance serves one of them */
  constructor(
    private readonly targets: () => readonly DeviceBackend[],
    private readonly onChange: () => void,
  ) {}

  /** Opens their ways. */
  async open(): Promise<void> {
    for (const name of ['computer', 'phone'] as const) {
      // The phone begins with the next instance: a device of its own, elsewhere.
      const backends = () => (name === 'phone' ? rotate(this.targets()) : this.targets())
      const router = await openRouter({ backends })
      const info: DeviceInfo = { name, port: router.port, page: undefined, socket: undefined }
      router.on(({ instance, status, method, path }) => {
        if (status === 101) info.socket = instance
        else if (!path.startsWith('/socket.io/')) info.page = instance
        // A page that is loaded again has left its socket.
        if (method === 'GET' && path === '/') info.socket = undefined
        this.onChange()
      })
      this.routers.push(router)
      this.infos.push(info)
    }
    this.onChange()
  }

  /** Forgets the sockets of instances that have ended. */
  clearEnded(running: readonly string[]): void {
    for (const info of this.infos) {
      if (info.socket && !running.includes(info.socket)) info.socket = undefined
    }
  }

  /** Ends them. */
  async close(): Promise<void> {
    await Promise.all(this.routers.map((router) => router.close()))
  }
}

function rotate<T>(list: readonly T[]): readonly T[] {
  return [...list.slice(1), ...list.slice(0, 1)]
}
