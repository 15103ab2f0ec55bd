import { randomBytes } from 'node:crypto'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { createClient } from 'redis'
import { reaper, untrackGroup } from '../process/index.ts'
import { CommandDecoder, type DecodedCommand } from '../proxy/command-decoder.ts'
import { listen } from '../proxy/sockets.ts'
import { findRedisServer, startRedis } from '../redis/index.ts'
import { isToken } from '../web/index.ts'
import { limitConnections } from './connection-limit.ts'
import type { Room } from './room.ts'
import { deriveRedisPassword } from './seal.ts'

/** What steps 3, 4, 6 and 8 need, and nothing else: no list of keys, no scripts, no settings. */
const rules = `reset on resetchannels
  &instances &JOB:* &PROGRESS:* &DONE:* &outgoing_socket_message ~sess:* ~job:*
  +hello +auth +ping +quit +info +client|setname +client|id
  +subscribe +unsubscribe +psubscribe +punsubscribe +publish
  +get +set +del +expire +ttl +exists`.split(/\s+/)

// A laptop that does not read its messages is disconnected; no message and no key is large.
const config = `--client-output-buffer-limit pubsub 1mb 256kb 5
  --client-output-buffer-limit normal 1mb 256kb 5
  --client-query-buffer-limit 1mb --proto-max-bulk-len 1mb
  --maxmemory 64mb --maxmemory-policy allkeys-lru --maxclients 2000`.split(/\s+/)

/** What one address may send: a command costs 1, and so does each kB. */
const perSecond = 100
const burstMs = 1000
const connectionsPerAddress = 100

/**
 * One Redis for the instances of all learners. It is on 127.0.0.1; laptops reach it through a port
 * that slows down who sends too much. It starts when the first of them connects.
 */
export class SharedRedis {
  private readonly server: Server
  private redis: ReturnType<typeof startClassRedis> | undefined
  private syncing: Promise<void> = Promise.resolve()
  private readonly users = new Set<string>()
  /** Until when an address has used up what it may send. */
  private readonly busyUntil = new Map<string, number>()

  /** @param room whose learners may use it */
  constructor(private readonly room: Room) {
    this.server = createServer((socket) => void this.accept(socket))
    limitConnections(this.server, connectionsPerAddress)
  }

  /** @returns the port; another one when the wanted one is taken */
  async listen(host: string, port: number): Promise<number> {
    return listen(this.server, port, host).catch(() => listen(this.server, 0, host))
  }

  async close(): Promise<void> {
    this.server.close()
    const redis = await this.redis
    await redis?.stop()
  }

  private async accept(socket: Socket): Promise<void> {
    const address = socket.remoteAddress ?? ''
    socket.on('error', () => {}) // 'close' follows.
    try {
      const { port } = await this.open()
      await this.syncUsers()
      if (!socket.destroyed) this.forward(socket, connect(port, '127.0.0.1'), address)
    } catch (error) {
      socket.destroy()
      console.error(error)
    }
  }

  // One that does not start, or ends, is started again for the next connection.
  private open(): ReturnType<typeof startClassRedis> {
    const discard = () => {
      this.redis = undefined
      this.users.clear()
    }
    this.redis ??= startClassRedis(discard).catch((error: unknown) => {
      discard()
      throw error
    })
    return this.redis
  }

  private forward(socket: Socket, upstream: Socket, address: string): void {
    const decoder = new CommandDecoder()
    let learner: string | undefined
    upstream.on('error', () => {}).on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    // A laptop that does not read fills the buffers up to Redis, which then disconnects it.
    upstream.pipe(socket)
    socket.on('data', (chunk) => {
      upstream.write(chunk)
      const commands = decoder.feed(chunk)
      const cost = commands.length + chunk.length / 1024
      learner ??= this.count(socket, commands)
      const published = commands.filter(({ name }) => name === 'PUBLISH').length
      if (learner && published > 0) this.room.addTraffic(learner, { published })
      if (decoder.broken) return socket.destroy()
      const waitMs = this.spend(address, cost)
      if (waitMs <= 0) return
      socket.pause()
      setTimeout(() => socket.resume(), waitMs)
    })
  }

  // From the right login on, a connection is that of a learner's instance.
  private count(socket: Socket, commands: readonly DecodedCommand[]): string | undefined {
    const login = commands.find(({ name }) => name === 'AUTH' || name === 'HELLO')
    const [id = '', password] = login?.args.slice(-2) ?? []
    const learner = this.room.find(id)
    if (!learner || !isToken(password, deriveRedisPassword(learner.secret))) return undefined
    this.room.addTraffic(id, { connections: 1 })
    socket.on('close', () => this.room.addTraffic(id, { connections: -1 }))
    return id
  }

  /** @returns how many milliseconds an address has to wait */
  private spend(address: string, cost: number): number {
    const now = Date.now()
    const from = Math.max(now, this.busyUntil.get(address) ?? 0)
    const until = from + (cost / perSecond) * 1000
    this.busyUntil.set(address, until)
    return until - now - burstMs
  }

  /** Gives every learner a user. One who has left has none any more, and no connection. */
  syncUsers(): Promise<void> {
    this.syncing = this.syncing
      .catch(() => {})
      .then(async () => {
        const redis = await this.redis
        if (!redis) return
        const { learners } = this.room
        for (const { id, secret } of learners) {
          if (this.users.has(id)) continue
          await redis.admin.aclSetUser(id, [...rules, `>${deriveRedisPassword(secret)}`])
          this.users.add(id)
        }
        const there = new Set(learners.map(({ id }) => id))
        for (const id of this.users) {
          if (there.has(id)) continue
          await redis.admin.aclDelUser(id)
          this.users.delete(id)
        }
      })
    return this.syncing
  }
}

async function startClassRedis(onLost: () => void) {
  const password = randomBytes(16).toString('base64url')
  const users = ['--user', 'default', 'off', '--user', 'workshop', 'on', `>${password}`]
  const redis = await startRedis(await findRedisServer(), {
    reaper,
    config: [...users, '~*', '&*', '+@all', ...config],
  })
  const url = `redis://workshop:${password}@127.0.0.1:${redis.port}`
  const admin = createClient({ url })
  admin.on('error', () => {}) // It reconnects, and what was asked for rejects.
  await admin.connect()
  void redis.lost.then(() => {
    admin.destroy()
    onLost()
  })
  const stop = async () => {
    admin.destroy()
    await redis.stop()
    untrackGroup(redis.pid)
  }
  return { port: redis.port, admin, stop }
}
