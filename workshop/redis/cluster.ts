import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { findFreePort } from '../process/free-port.ts'
import { dataPath } from '../paths.ts'
import { ProbeClient } from './probe-client.ts'
import type { RedisServer } from './server.ts'
import { PortTakenError, type Reaper, type RunningRedis, startRedis } from './start.ts'

/** A node of a cluster. */
export interface ClusterNode {
  /** What the others call it: 40 hexadecimal digits. */
  id: string
  port: number
  /** Undefined while it is killed. */
  redis: RunningRedis | undefined
}

/** A primary, and what it serves. */
export interface Primary {
  port: number
  /** Inclusive ranges. */
  slots: (readonly [first: number, last: number])[]
  /** Its replicas that run. */
  replicas: number[]
}

const primaryCount = 3
const nodeCount = 2 * primaryCount
const slotCount = 16_384
const oldestMajor = 7 // sharded pub/sub
const deadlineMs = 60_000
const pollMs = 50
const attempts = 5
const firstPort = 10_000
const portCount = 10_000

// A dead primary is noticed after a second instead of 15. The other shards stay available
// meanwhile. Replicas are in step at once, and write no file for it.
const config =
  `--cluster-enabled yes --cluster-node-timeout 1000 --cluster-require-full-coverage no
--repl-ping-replica-period 1 --repl-diskless-sync-delay 0 --repl-diskless-load swapdb`.split(
    /\s+/,
  )

/** A Redis Cluster of our own on 127.0.0.1: three primaries, each with a replica. */
export class RedisCluster {
  private constructor(
    readonly nodes: readonly ClusterNode[],
    private readonly folder: string,
    private readonly launch: (port: number) => Promise<RunningRedis>,
  ) {
    for (const node of nodes) followLoss(node)
  }

  /**
   * Starts a cluster. Nothing is on disk but what its nodes have to write about each other.
   *
   * @throws UserError when this Redis cannot do that
   */
  static async start(server: RedisServer, reaper: Reaper): Promise<RedisCluster> {
    requireClusterServer(server)
    for (let attempt = 1; ; attempt++) {
      try {
        return await RedisCluster.form(server, reaper)
      } catch (error) {
        // Between our look and its start another process may have taken a port.
        if (!(error instanceof PortTakenError) || attempt === attempts) throw error
      }
    }
  }

  private static async form(server: RedisServer, reaper: Reaper): Promise<RedisCluster> {
    const folder = await makeFolder(reaper)
    const ports = await findFreePorts(2 * nodeCount)
    const nodes = ports.slice(0, nodeCount).map((port, i) => {
      return { id: randomBytes(20).toString('hex'), port, busPort: ports[nodeCount + i] ?? 0 }
    })
    // They know each other from the start: no MEET, and no slots to be handed out.
    const texts = nodes.map(({ port, id }) => [port, nodesFile(nodes, id)] as const)
    for (const [port, text] of texts) await writeFile(join(folder, `${port}.conf`), text)
    const launch = (port: number) => {
      const bus = nodes.find((node) => node.port === port)?.busPort
      const own = ['--cluster-config-file', join(folder, `${port}.conf`)]
      const args = [...config, ...own, '--cluster-port', String(bus)]
      return startRedis(server, { port, reaper, config: args })
    }
    const started = await Promise.allSettled(nodes.map(({ port }) => launch(port)))
    const cluster = new RedisCluster(
      nodes.map(({ id, port }, i) => {
        const start = started[i]
        return { id, port, redis: start?.status === 'fulfilled' ? start.value : undefined }
      }),
      folder,
      launch,
    )
    try {
      for (const start of started) if (start.status === 'rejected') throw start.reason
      await cluster.waitUntilReady()
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  /** Sends a command to a node. @returns its reply as text @throws when that is an error */
  async command(port: number, ...words: string[]): Promise<string> {
    const client = new ProbeClient({ host: '127.0.0.1', port, tls: false }, deadlineMs)
    try {
      const { error, text } = await client.send(...words)
      if (error) throw new Error(`${words.join(' ')}: ${text}`)
      return text
    } finally {
      client.close()
    }
  }

  /** The primaries that run, in the order of their ports. */
  async primaries(): Promise<Primary[]> {
    const running = this.nodes.filter(({ redis }) => redis)
    const [first] = running
    const lines = (await this.command(first?.port ?? 0, 'CLUSTER', 'NODES')).split('\n')
    const known = lines.map((line) => {
      const [id, , flags = '', primary, , , , , ...slots] = line.split(' ')
      return { id, isPrimary: flags.includes('master'), primary, slots }
    })
    return running.flatMap(({ id, port }) => {
      const me = known.find((one) => one.id === id)
      if (!me?.isPrimary) return []
      const mine = known.filter(({ primary }) => primary === id)
      const replicas = running.filter((node) => mine.some((one) => one.id === node.id))
      // [93-<-id] and [93->-id] are slots on their way.
      const slots = me.slots.filter((range) => !range.startsWith('[')).map(toRange)
      return [{ port, slots, replicas: replicas.map((node) => node.port) }]
    })
  }

  /** The primary that serves a slot; undefined while none does. */
  async ownerOf(slot: number): Promise<Primary | undefined> {
    const serves = ({ slots }: Primary) =>
      slots.some(([first, last]) => first <= slot && slot <= last)
    return (await this.primaries()).find(serves)
  }

  /** The slot of a key or channel. */
  async slotOf(name: string): Promise<number> {
    const { port } = this.nodes.find(({ redis }) => redis) ?? { port: 0 }
    return Number(await this.command(port, 'CLUSTER', 'KEYSLOT', name))
  }

  /** Moves a slot with its keys to another primary, as `redis-cli --cluster reshard` does. */
  async moveSlot(slot: number, to: number): Promise<void> {
    const from = (await this.ownerOf(slot))?.port
    if (from === undefined || from === to) return
    const ids = new Map(this.nodes.map(({ port, id }) => [port, id]))
    const [source = '', target = ''] = [ids.get(from), ids.get(to)]
    const setSlot = (port: number, ...words: string[]) =>
      this.command(port, 'CLUSTER', 'SETSLOT', String(slot), ...words)
    await setSlot(to, 'IMPORTING', source)
    await setSlot(from, 'MIGRATING', target)
    for (;;) {
      const keys = await this.command(from, 'CLUSTER', 'GETKEYSINSLOT', String(slot), '100')
      if (keys === '') break
      const place = ['127.0.0.1', String(to), '', '0', '5000', 'KEYS']
      await this.command(from, 'MIGRATE', ...place, ...keys.split('\n'))
    }
    // First the new one: a slot that both pass on would send clients in circles.
    const others = (await this.primaries()).map(({ port }) => port)
    for (const port of new Set([to, from, ...others])) await setSlot(port, 'NODE', target)
  }

  /** Kills a node. */
  async kill(port: number): Promise<void> {
    const node = this.find(port)
    await node.redis?.stop()
    node.redis = undefined
  }

  /**
   * Starts a killed node again, as a replica of the one that has taken its slots. Before that one
   * has them it would be a primary without data, and its replica would empty itself.
   */
  async restore(port: number): Promise<void> {
    const node = this.find(port)
    if (node.redis) return
    await this.waitUntilServed()
    node.redis = await this.launch(port)
    followLoss(node)
    await this.waitUntilReady()
  }

  /** Resolves when all slots are served. */
  async waitUntilServed(): Promise<void> {
    await waitUntil(async () => {
      const ranges = (await this.primaries()).flatMap(({ slots }) => slots)
      return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0) === slotCount
    })
  }

  /** Ends all nodes, and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ redis }) => redis?.stop()))
    await rm(this.folder, { recursive: true, force: true })
  }

  private find(port: number): ClusterNode {
    const node = this.nodes.find((one) => one.port === port)
    if (!node) throw new Error(`no node has the port ${port}`)
    return node
  }

  /** Resolves when all slots are served, and each replica that runs is in step with its primary. */
  async waitUntilReady(): Promise<void> {
    await waitUntil(async () => {
      for (const { port, redis } of this.nodes) {
        if (!redis) continue
        const state = await this.command(port, 'CLUSTER', 'INFO')
        const replication = await this.command(port, 'INFO', 'replication')
        const linked = /role:master|master_link_status:up/.test(replication)
        if (!state.includes('cluster_state:ok') || !linked) return false
      }
      const primaries = await this.primaries()
      // One that was started again learns a moment later that another one has its slots.
      if (primaries.some(({ slots }) => slots.length === 0)) return false
      const withReplica = primaries.filter(({ replicas }) => replicas.length > 0)
      const inStep = await Promise.all(withReplica.map(({ port }) => isReplicated(port)))
      return inStep.every(Boolean)
    })
  }
}

function requireClusterServer({ from, version, name }: RedisServer): void {
  if (from !== 'docker' && Number.parseInt(version, 10) >= oldestMajor) return
  throw new UserError(
    `A Redis Cluster needs redis-server ${oldestMajor}.0 or newer on this machine itself. Found: ${name}`,
  )
}

// Whether a replica has all that its primary has. WAIT is about the commands of its own connection, and
// any of them takes note of how far the primary is.
async function isReplicated(port: number): Promise<boolean> {
  const client = new ProbeClient({ host: '127.0.0.1', port, tls: false }, deadlineMs)
  try {
    await client.send('PING')
    return Number((await client.send('WAIT', '1', '100')).text) > 0
  } finally {
    client.close()
  }
}

// It can be killed from outside as well.
function followLoss(node: ClusterNode): void {
  void node.redis?.lost.then(() => (node.redis = undefined))
}

interface FutureNode {
  id: string
  port: number
  busPort: number
}

// What a node would have written itself, had it met the others before.
function nodesFile(nodes: FutureNode[], myself: string): string {
  const size = Math.ceil(slotCount / primaryCount)
  const lines = nodes.map(({ id, port, busPort }, i) => {
    const me = id === myself ? 'myself,' : ''
    const start = `${id} 127.0.0.1:${port}@${busPort} ${me}`
    const primary = nodes[i - primaryCount]
    if (primary) return `${start}slave ${primary.id} 0 0 ${i - primaryCount + 1} connected`
    const last = Math.min((i + 1) * size, slotCount) - 1
    return `${start}master - 0 0 ${i + 1} connected ${i * size}-${last}`
  })
  return [...lines, `vars currentEpoch ${primaryCount} lastVoteEpoch 0`, ''].join('\n')
}

function toRange(text: string): readonly [number, number] {
  const [first = 0, last = first] = text.split('-').map(Number)
  return [first, last]
}

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new UserError('The Redis Cluster was not ready in time')
    await delay(pollMs)
  }
}

// Below what systems hand out by themselves: a node that was killed needs its port again.
async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = firstPort + Math.floor(Math.random() * portCount)
    const isFree = await findFreePort(port, '127.0.0.1').then(Boolean, () => false)
    if (isFree) ports.add(port)
  }
  return [...ports]
}

// One for each cluster. When this process is killed, the reaper removes it.
async function makeFolder(reaper: Reaper): Promise<string> {
  const folder = dataPath('run', `cluster-${randomBytes(8).toString('hex')}`)
  await reaper.start()
  reaper.remove(folder)
  await mkdir(folder, { recursive: true })
  return folder
}
