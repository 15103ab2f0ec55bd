import { basename } from 'node:path'
import { UserError } from '../errors.ts'
import { RedisCluster, resolveRedis } from '../redis/index.ts'
import type { DaemonClient } from './daemon-client.ts'
import type { RunReporter } from './run-reporter.ts'
import { InstanceGroup } from './instance-group.ts'
import { RunRouter } from './run-router.ts'
import { type RunRedis, RedisProxies } from './proxies.ts'
import { RunCluster, startRunCluster } from './run-cluster.ts'
import { watchFolder } from './watch.ts'

/** What a run of a step needs. */
export interface RunSessionOptions {
  redis: RunRedis | RedisCluster
  daemon: DaemonClient
  /** Where the programs are, absolute, and which they are. */
  folder: string
  entries: string[]
  reporter: RunReporter
  /** Starts every instance with an inspector. */
  debug?: boolean
  /** What stands before the names that programs see. */
  namePrefix?: string | undefined
  /** Called when no instance runs any more and nothing is about to start one. */
  onIdle: () => void
  /** Called when something about an instance or the router changes. */
  onChange?: () => void
  /** Called with the errors of what runs in the background. */
  onError: (error: unknown) => void
}

/** A step that runs: its instances, the proxies between them and Redis, and their router. */
export class RunSession {
  readonly proxies: RedisProxies
  readonly instances: InstanceGroup
  readonly router: RunRouter
  /** When its Redis is a cluster. */
  readonly cluster: RunCluster | undefined
  #unwatch = async (): Promise<void> => {}

  private constructor(private readonly options: RunSessionOptions) {
    const { redis, reporter, onChange = () => {} } = options
    this.proxies = new RedisProxies(redis)
    if (redis instanceof RedisCluster)
      this.cluster = new RunCluster(redis, this.proxies, (line) => reporter.message(line))
    this.instances = new InstanceGroup({
      ...options,
      proxies: this.proxies,
      onChange: () => {
        this.inBackground(this.router.openWhenReady())
        onChange()
      },
    })
    this.router = new RunRouter(this.instances, reporter, (port) => {
      this.#reportRouterPort(port)
      onChange()
    })
  }

  /** Gets everything ready, and starts again whenever a file is saved. No instance runs yet. */
  static async open(options: RunSessionOptions): Promise<RunSession> {
    const run = new RunSession(options)
    await run.cluster?.showSlots()
    const onSave = (file: string) => run.inBackground(run.instances.reload(file))
    run.#unwatch = await watchFolder(options.folder, onSave, (line) =>
      options.reporter.message(line),
    )
    return run
  }

  // Slides show the page of a step that runs in another terminal.
  #reportRouterPort(port: number): void {
    this.options.daemon.setRouterPort(basename(this.options.folder), port)
  }

  /** Begins something; its error goes to `onError`. */
  inBackground(task: Promise<void> | undefined): void {
    void task?.catch(this.options.onError)
  }

  /** Ignores saved files from now on. */
  async stopWatching(): Promise<void> {
    await this.#unwatch()
  }

  /** Ends router and proxies; the instances must have ended. */
  async close(): Promise<void> {
    this.#reportRouterPort(0)
    await this.router.close()
    await this.proxies.close()
    const { redis } = this.options
    if (redis instanceof RedisCluster) await redis.stop()
  }
}

/**
 * The Redis of a run: a cluster of its own when its step needs one, else that of REDIS_URL, or the
 * one that all sessions of this clone share.
 *
 * @param log receives lines that name it
 * @throws UserError when there is none to be had
 */
export async function resolveRunRedis(
  daemon: DaemonClient,
  needsCluster: boolean,
  log: (line: string) => void,
): Promise<RunRedis | RedisCluster> {
  if (needsCluster) return startRunCluster(log)
  const given = process.env['REDIS_URL'] ? await resolveRedis() : undefined
  if (given) {
    log(given.describe)
    const { host, port, tls } = given.upstream
    return { host, port, tls, url: given.url }
  }
  const shared = await daemon.redis()
  log(shared.describe)
  return { ...shared, tls: false }
}

/** Rejects when the daemon was killed, and its Redis with it. */
export async function rejectOnDaemonLoss(daemon: DaemonClient): Promise<never> {
  await daemon.disconnected
  throw new UserError('Redis has ended: the process that runs it was killed. Run this again')
}
