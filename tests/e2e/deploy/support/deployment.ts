import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ProbeClient, type RunningRedis } from '../../../../workshop/redis/index.ts'
import type { Endpoint } from '../../../../workshop/check/http.ts'
import { type ReservedPort, reservePort } from '../../../../workshop/check/ports.ts'
import { startTestRedis } from '../../../../workshop/check/test-redis.ts'
import { type Service, readCompose } from './compose.ts'
import { retryUntil } from './retry-until.ts'
import { newFolder } from './folder.ts'
import { type Image, buildImage } from './image.ts'
import { type End, Process } from './process.ts'
import { type Router, openRouter } from './router.ts'

/** A service that runs. */
export interface Running extends Endpoint {
  service: Service
  port: number
  process: Process
}

/**
 * What `docker compose --profile scale up` starts, as processes: the same commands, environment
 * and order. What differs are addresses: Redis and every container are on 127.0.0.1, on free ports.
 */
export class Deployment {
  readonly running = new Map<string, Running>()
  private readonly ports: ReservedPort[] = []
  private readonly routers: Router[] = []

  private constructor(
    readonly folder: string,
    readonly services: Service[],
    readonly image: Image,
    readonly redis: RunningRedis,
  ) {}

  /** A deployment in which only Redis runs. */
  static async open(): Promise<Deployment> {
    const folder = await newFolder()
    const [services, image] = await Promise.all([readCompose(), buildImage(folder)])
    // Last: if a file cannot be read, no Redis is left running.
    const redis = await startTestRedis([])
    return new Deployment(folder, services, image, redis)
  }

  /** Starts containers, and waits until those that can be asked are healthy. */
  async up(...names: string[]): Promise<void> {
    await Promise.all(names.map((name) => this.start(name)))
    await Promise.all(names.map((name) => this.healthy(name)))
  }

  /** Puts the router in front of what runs. @param tls lines for the servers' listen */
  async router(tls?: (port: string) => string): Promise<Router> {
    const router = await openRouter({
      service: this.service('router'),
      folder: join(this.folder, `router-${this.routers.length + 1}`),
      port: async () => String(await this.port()),
      portOf: async (name) => this.running.get(name)?.port ?? (await this.port()),
      ...(tls && { tls }),
    })
    this.routers.push(router)
    return router
  }

  /** A service that runs, or has run. */
  get(name: string): Running {
    const running = this.running.get(name)
    if (running) return running
    throw new Error(`${name} has not been started`)
  }

  /** Ends a container as `docker compose stop` does. */
  stop(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    const { process, service } = this.get(name)
    return process.stop(signal, service.graceMs)
  }

  /** Runs a container's health check once. @returns whether it passed */
  async check(name: string): Promise<boolean> {
    const { process, service } = this.get(name)
    return (await process.execute(words(service.check ?? []))) === 0
  }

  /** The number of connections to Redis, without the one of this query. */
  async connections(): Promise<number> {
    const asking = new ProbeClient(
      { host: '127.0.0.1', port: this.redis.port, tls: false },
      5000,
    )
    try {
      const { text } = await asking.send('INFO', 'clients')
      return Number(/^connected_clients:(\d+)/m.exec(text)?.[1]) - 1
    } finally {
      asking.close()
    }
  }

  /** Ends and removes everything. @returns the processes that were left */
  async close(): Promise<number[]> {
    const processes = [...this.running.values()].map((running) => running.process)
    for (const router of this.routers) processes.push(router.process)
    await Promise.all(processes.map((one) => one.kill()))
    await this.redis.stop()
    await Promise.all(this.ports.map((port) => port.release()))
    await rm(this.folder, { recursive: true, force: true })
    return processes.flatMap((one) => one.members)
  }

  private async start(name: string): Promise<void> {
    const service = this.service(name)
    const port = this.running.get(name)?.port ?? (await this.port())
    const { folder, workdir, env, command } = this.image
    const process = await Process.start({
      name,
      command: words(service.command.length > 0 ? service.command : command),
      cwd: join(folder, workdir),
      env: { ...env, ...service.environment, PORT: String(port), REDIS_URL: this.redis.url },
    })
    const url = `http://127.0.0.1:${port}`
    this.running.set(name, { name, url, service, port, process })
  }

  private async healthy(name: string): Promise<void> {
    const { process, service } = this.get(name)
    const printed = () => `${name} to be healthy; it has printed:\n${process.printed}`
    await retryUntil(printed, async () => {
      process.mustLive('it was to be healthy')
      const well = service.check ? await this.check(name) : / started\n/.test(process.printed)
      return well || undefined
    })
  }

  private service(name: string): Service {
    const service = this.services.find((one) => one.name === name)
    if (service) return service
    throw new Error(`docker-compose.yml has no ${name}`)
  }

  private async port(): Promise<number> {
    const own = await reservePort()
    this.ports.push(own)
    return own.port
  }
}

// The Node of this process replaces the one in the image.
function words([file = '', ...args]: string[]): string[] {
  return [file === 'node' ? process.execPath : file, ...args]
}
