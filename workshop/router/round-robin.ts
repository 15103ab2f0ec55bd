import { type Socket, connect } from 'node:net'

/** An instance a router may send requests to. */
export interface Backend {
  /** As a PaaS names it: `web.1`. */
  name: string
  /** Of this machine. */
  port: number
}

/** Who answers, and an open connection to it. */
export interface ConnectedBackend {
  name: string
  socket: Socket
}

/** Who comes next: every instance in turn, without those that do not listen. */
export class RoundRobin {
  #last = ''

  /** @param targets the instances there are now */
  constructor(private readonly targets: () => readonly Backend[]) {}

  /**
   * Connects to the instance whose turn it is, or to the next one that listens. Nothing has
   * been sent yet, so no request is ever sent twice.
   *
   * @returns nothing when none listens
   */
  async connectNext(): Promise<ConnectedBackend | undefined> {
    const tried = new Set<string>()
    for (let target = this.#next(tried); target; target = this.#next(tried)) {
      tried.add(target.name)
      const socket = await connectTo(target.port)
      if (socket) return { name: target.name, socket }
    }
    return undefined
  }

  #next(tried: ReadonlySet<string>): Backend | undefined {
    const targets = this.targets()
    const after = targets.findIndex(({ name }) => name === this.#last) + 1
    const inTurn = [...targets.slice(after), ...targets.slice(0, after)]
    const next = inTurn.find(({ name }) => !tried.has(name))
    // At once, not when it has answered: requests that come meanwhile go to the others.
    if (next) this.#last = next.name
    return next
  }
}

// A program that listens on `localhost` may be found at either of the two.
async function connectTo(port: number): Promise<Socket | undefined> {
  return (await connectAt('127.0.0.1', port)) ?? (await connectAt('::1', port))
}

function connectAt(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once('connect', () => resolve(socket))
    // It stays: an instance can also die between this moment and the request.
    socket.on('error', () => resolve(undefined))
  })
}
