import { RespError } from '../proxy/index.ts'
import { type Primary, RedisCluster, findRedisServer } from '../redis/index.ts'
import { reaper } from '../process/reaper-client.ts'
import type { RedisProxies } from './proxies.ts'

/** What a person can do to the Redis Cluster of a run. One thing happens after the other. */
export class RunCluster {
  #queue: Promise<void> = Promise.resolve()
  #nodes: { address: string; state: 'primary' | 'replica' | 'killed'; slots: string }[] = []

  /** @param log shows a line */
  constructor(
    private readonly cluster: RedisCluster,
    private readonly proxies: RedisProxies,
    private readonly log: (line: string) => void,
  ) {}

  /** All nodes, as they were after the last change. */
  get nodes() {
    return this.#nodes
  }

  /** Shows which primary serves which slots. */
  showSlots(): Promise<void> {
    return this.#enqueue(async () => {
      this.log(describePrimaries(await this.#look()).join('\n'))
    })
  }

  /** Moves the slot of the latest subscription to another primary. */
  moveSlot(): Promise<void> {
    return this.#enqueue(async () => {
      const { slot, name, owner } = await this.#currentSlot()
      const others = (await this.cluster.primaries()).filter(({ port }) => port !== owner)
      const to = others.find(({ port }) => port > owner) ?? others[0]
      if (!to) return this.log('There is no other primary')
      await this.cluster.moveSlot(slot, to.port)
      await this.#look()
      this.log(`Slot ${slot}${name} has moved from ${address(owner)} to ${address(to.port)}`)
    })
  }

  /** Whether a node is killed. */
  get hasKilled(): boolean {
    return this.#killedPort() !== undefined
  }

  /** Kills the primary of the latest subscription, and waits until its replica has taken over. */
  kill(): Promise<void> {
    return this.#enqueue(() => this.#kill())
  }

  /** Starts the killed node again. */
  restore(): Promise<void> {
    return this.#enqueue(() => this.#restore())
  }

  /** Where an instance reaches the primary of a channel, through its proxy. */
  async urlFor(instance: string, channel: string): Promise<string | undefined> {
    const owner = await this.cluster.ownerOf(await this.cluster.slotOf(channel))
    const proxy = this.proxies.get(instance)
    if (!owner || !proxy || !('nodes' in proxy)) return undefined
    return `redis://127.0.0.1:${proxy.nodes.get(owner.port)?.port}`
  }

  async #kill(): Promise<void> {
    if (this.hasKilled) return
    const { slot, name, owner } = await this.#currentSlot()
    await this.cluster.kill(owner)
    await this.proxies.setNodeDown(owner, true)
    await this.#look()
    this.log(`${address(owner)}, the primary of slot ${slot}${name}, is killed`)
    const began = performance.now()
    await this.cluster.waitUntilServed()
    await this.#look()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const successor = await this.cluster.ownerOf(slot)
    this.log(`Its replica ${address(successor?.port ?? 0)} has taken over after ${seconds} s`)
  }

  async #restore(): Promise<void> {
    const port = this.#killedPort()
    if (port === undefined) return
    await this.cluster.restore(port)
    await this.proxies.setNodeDown(port, false)
    await this.#look()
    this.log(`${address(port)} is back, as a replica`)
  }

  async #look(): Promise<Primary[]> {
    const primaries = await this.cluster.primaries()
    this.#nodes = this.cluster.nodes.map(({ port, redis }) => {
      const primary = redis && primaries.find((one) => one.port === port)
      const state = primary ? 'primary' : redis ? 'replica' : 'killed'
      return { address: address(port), state, slots: primary ? rangesOf(primary) : '' }
    })
    return primaries
  }

  #killedPort(): number | undefined {
    return this.cluster.nodes.find(({ redis }) => !redis)?.port
  }

  // That of the channel to which an instance has subscribed last; the first one when there is none.
  async #currentSlot(): Promise<{ slot: number; name: string; owner: number }> {
    const subscribed = this.proxies.recording.events.findLast(
      (event) =>
        event.kind === 'command' &&
        event.name === 'SSUBSCRIBE' &&
        !(event.reply instanceof RespError),
    )
    const channel = subscribed?.kind === 'command' ? (subscribed.args[0] ?? '') : ''
    const slot = channel === '' ? 0 : await this.cluster.slotOf(channel)
    const owner = await this.cluster.ownerOf(slot)
    return { slot, name: channel && ` (${channel})`, owner: owner?.port ?? 0 }
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(task)
    this.#queue = done.catch(() => {})
    return done
  }
}

/** Starts the cluster of a run. @param log receives a line that describes it */
export async function startRunCluster(log: (line: string) => void): Promise<RedisCluster> {
  const server = await findRedisServer({ log })
  log(`${server.product} ${server.version}, a cluster of three primaries and three replicas`)
  return RedisCluster.start(server, reaper)
}

function describePrimaries(primaries: readonly Primary[]): string[] {
  return primaries.map((primary) => {
    const { port, replicas } = primary
    const behind =
      replicas.length > 0 ? `replica ${replicas.map(address).join(', ')}` : 'no replica'
    return `  ${address(port)}  slots ${rangesOf(primary)}; ${behind}`
  })
}

function rangesOf({ slots }: Primary): string {
  return slots
    .map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
    .join(', ')
}

function address(port: number): string {
  return `127.0.0.1:${port}`
}
