import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { lookup } from 'node:dns/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { root } from '../paths.ts'
import { ProbeClient, type RunningRedis } from '../redis/index.ts'
import {
  type EmittedError,
  type OutputLine,
  type Program,
  compile,
  compileOwnTool,
  startInstance,
} from '../process/index.ts'
import {
  type CommandEvent,
  type ClusterProxy,
  Recording,
  type RedisProxy,
  type LocalhostCertificate,
  localhostCertificate,
  startProxy,
} from '../proxy/index.ts'
import { type CpuClock, makeClock } from './cpu-clock.ts'
import { isMainThreadBusy } from './busy-thread.ts'
import { type AppEvidence, isCommand } from './evidence.ts'
import { waitFor } from './wait-for.ts'
import { reservePort } from './ports.ts'
import type { TestCluster } from './test-cluster.ts'
import { startTestRedis, throwIfRedisLost } from './test-redis.ts'
import type { AppContext } from './app-context.ts'
import { AppUnderTest } from './app-under-test.ts'
import { ClusterTestBed } from './cluster-test-bed.ts'

// How long a command is held back for which nothing else may happen.
const holdMs = 200

// Redis hands over what one script publishes in one piece.
const publishAll = `
  local receivers
  for i = 2, #ARGV do receivers = redis.call('PUBLISH', ARGV[1], ARGV[i]) end
  return receivers`

/** How to start a program in another way than usual. */
export interface StartOptions {
  /** The host its URL names; both reach the same Redis. */
  host?: '127.0.0.1' | 'localhost'
  /** `ada:secret@` or `:secret@`, percent-encoded, as it stands in a URL. */
  credentials?: string
  /** `rediss:`, with a certificate the program trusts. */
  tls?: boolean
  /**
   * Makes its config vars of the URL of its Redis, usually `{ REDIS_URL: url }`. One that is
   * undefined is not set.
   */
  vars?: (url: string) => Record<string, string | undefined>
  /** Redis refuses connections when the program starts; `app.proxy.enable()` ends that. */
  down?: boolean
  /** Holds back commands like this until it publishes, or for `holdMs`. */
  holdCommands?: (command: CommandEvent) => boolean
  /** 200 when missing; longer when a program may guess how long such a command takes. */
  holdMs?: number
  /** Redis accepts connections, then never replies, or closes them at the first command. */
  reply?: 'never' | 'disconnect'
  /** Its timers of a day or more are over at once: see `instance.clock`. */
  endLongTimers?: boolean
  /** SIGUSR2 ends a process that it has forked with exit code 1, as an error does. */
  exitOnSignal?: boolean
  /** The file to start. */
  entry?: string
  /** Its Redis is the cluster of the check: see `useCluster`. */
  cluster?: boolean
}

/** What one goal runs in: a private Redis, the apps, and the recording of their wires. */
export class TestBed extends ClusterTestBed {
  readonly recording = new Recording()
  /** Counts the time in which its apps and its Redis could run, until it is closed. */
  readonly clock: CpuClock
  private readonly stopClock: () => void
  readonly apps: AppUnderTest[] = []
  // Where in the trace each line was printed, and each error emitted.
  private readonly seqs: AppContext['seqs'] = new WeakMap()
  private redis: Promise<RunningRedis> | undefined
  private readonly redisPids: number[] = []
  private readonly starting: Promise<unknown>[] = []
  /** SESSION_SECRET and JWT_SECRET, the same for every instance, as of an app on a PaaS. */
  readonly secret = randomUUID()
  private closed = false
  private readonly compilations = new Map<string, Promise<Program>>()
  private readonly redisArgs: string[] = []
  // From 101 on: no name begins with another one.
  private names = 100
  private frozen: readonly AppEvidence[] | undefined
  private partSeq: number | undefined

  /**
   * @param folder the programs' folder
   * @param signal ends every wait
   * @param sharedCluster the cluster that goals of the same check share
   */
  constructor(
    private readonly folder: string,
    signal: AbortSignal,
    sharedCluster?: TestCluster,
  ) {
    // Several goals can share the signal, and each has a clock of its own.
    super(AbortSignal.any([signal]), sharedCluster)
    this.clock = makeClock(this.signal, () => this.pids())
    this.stopClock = this.clock.onTick(() => {})
  }

  private pids(): number[] {
    const running = this.apps.filter(({ instance }) => !instance.exit)
    return [...running.map(({ instance }) => instance.pid), ...this.redisPids]
  }

  /** Sets up the Redis; to be called before the first start. @param config its arguments */
  redisConfig(...config: string[]): void {
    this.redisArgs.push(...config)
  }

  /** Starts an app behind a proxy of its own. @throws CompileError */
  start(name: string, options: StartOptions = {}): Promise<AppUnderTest> {
    const starting = this.begin(name, options)
    this.starting.push(starting)
    return starting
  }

  private async begin(name: string, options: StartOptions): Promise<AppUnderTest> {
    const compiling = this.compiled(options.entry ?? 'index.ts')
    const tls = options.tls ? localhostCertificate() : undefined
    const opening: Promise<RedisProxy | ClusterProxy> = options.cluster
      ? this.openClusterProxy(name)
      : this.openProxy(name, tls)
    // Also when the program does not compile. That it could not be opened is thrown below.
    this.cleanups.push(() =>
      opening.then(
        (proxy) => proxy.close(),
        () => {},
      ),
    )
    const [program, proxy] = await Promise.all([compiling, opening])
    if (options.down) await proxy.disable()
    if (options.holdCommands)
      this.holdCommands(proxy, name, options.holdCommands, options.holdMs)
    if (options.reply) withholdReplies(proxy, options.reply)
    const host = options.host ?? (tls ? 'localhost' : '127.0.0.1')
    const cluster = 'nodes' in proxy ? proxy : undefined
    const single = `${tls ? 'rediss' : 'redis'}://${options.credentials ?? ''}${host}:${proxy.port}`
    const url = cluster?.env.REDIS_URL ?? single
    const vars = options.vars?.(url) ?? { REDIS_URL: url }
    const { port, release } = await reservePort()
    this.cleanups.push(release)
    if (host === 'localhost') await requireLocalhost()
    const env = thoseThatAreSet({
      ...shadowEnvFile(this.folder),
      DYNO: name,
      PORT: String(port),
      SESSION_SECRET: this.secret,
      JWT_SECRET: this.secret,
      ...cluster?.env,
      ...vars,
      ...(tls && { NODE_EXTRA_CA_CERTS: tls.certFile }),
      ...(options.endLongTimers && (await loadFirst('process/long-timers'))),
      ...(options.exitOnSignal && (await loadFirst('process/exit-on-signal'))),
    })
    const { recording, seqs } = this
    const stamp = (one: OutputLine | EmittedError) => void seqs.set(one, recording.stamp().seq)
    const callbacks = { onLine: stamp, onError: stamp }
    const run = () => this.run(() => startInstance({ name, program, env, ...callbacks }))
    const ports = cluster && [...cluster.nodes.values()].map((one) => one.port)
    const place = { host, port: proxy.port, ...(ports && { ports }) }
    const context = { proxy, recording, seqs, env, redis: place }
    const app = new AppUnderTest(await run(), { ...context, restart: run, signal: this.signal })
    this.apps.push(app)
    return app
  }

  private async openProxy(
    instance: string,
    tls: LocalhostCertificate | undefined,
  ): Promise<RedisProxy> {
    const { recording } = this
    const upstream = await this.running()
    return startProxy({ instance, recording, upstream, ...(tls && { tls }) })
  }

  private async run(start: () => ReturnType<typeof startInstance>) {
    // A program can be on its way up again when its goal has failed meanwhile.
    if (this.closed) throw new Error('the test bed is closed')
    const starting = start()
    this.starting.push(starting)
    const instance = await starting
    this.cleanups.push(() => {
      instance.kill()
      return instance.ended
    })
    return instance
  }

  /** Asks the Redis, past every proxy. @returns its answer as text */
  async redisCommand(...words: string[]): Promise<string> {
    const { host, port } = await this.running()
    const client = new ProbeClient({ host, port, tls: false }, 5_000)
    try {
      return (await client.send(...words)).text
    } finally {
      client.close()
    }
  }

  /**
   * Publishes on the Redis, past every proxy. Several messages arrive in one packet.
   *
   * @returns how many received the last one
   */
  async publish(channel: string, ...messages: string[]): Promise<number> {
    return Number(await this.redisCommand('EVAL', publishAll, '0', channel, ...messages))
  }

  /** A name for an instance that exists only in the messages of the check. */
  newInstanceName(): string {
    this.names += 1
    return `check.${this.names}`
  }

  /** @throws NotJudgedError when a Redis of this goal has ended by itself */
  async throwIfRedisLost(): Promise<void> {
    const own = await this.redis?.catch(() => undefined)
    await throwIfRedisLost([...(own ? [own] : []), ...this.sharedCluster.servers])
  }

  /** Ends everything that was started here. */
  async close(): Promise<void> {
    this.closed = true
    this.stopClock()
    // A goal can fail while another program of it is still on its way.
    await Promise.allSettled(this.starting)
    try {
      await Promise.all(this.cleanups.map((cleanup) => cleanup()))
      await (await this.redis)?.stop()
    } finally {
      // Other goals may be waiting for that.
      this.releaseCluster()
    }
  }

  /**
   * Begins another part of the goal: when it fails, what was printed before is not shown. To be
   * called when the check has caused errors that the program rightly printed.
   */
  beginPart(): void {
    this.partSeq = this.recording.stamp().seq
  }

  /** Where in the trace the latest part begins, if there are several. */
  get part(): { partSeq?: number } {
    return this.partSeq === undefined ? {} : { partSeq: this.partSeq }
  }

  /** Keeps what there is to see now: what the failure shows, whatever happens afterwards. */
  freezeEvidence(): void {
    this.frozen ??= this.evidence().map((app) => Object.assign({}, app))
  }

  /** What the failure shows: the apps as they were when it was noticed. */
  reportedEvidence(): readonly AppEvidence[] {
    return this.frozen ?? this.evidence()
  }

  /** Finds the apps whose main thread never waits: {@link AppUnderTest.isBusy}. */
  async findBusyApps(): Promise<void> {
    const running = this.apps.filter(({ instance }) => !instance.exit)
    const busy = await Promise.all(running.map(({ instance }) => isMainThreadBusy(instance)))
    for (const [i, app] of running.entries()) app.isBusy = busy[i] ?? false
  }

  /** What a diagnosis may look at. */
  evidence(): readonly AppEvidence[] {
    return this.apps.map((app) => app.evidence())
  }

  // A program that waits for the answer cannot notice more than a slow Redis. One that does
  // not wait publishes meanwhile, and there is nothing left to wait for.
  private holdCommands(
    proxy: RedisProxy,
    name: string,
    held: (command: CommandEvent) => boolean,
    withinMs = holdMs,
  ): void {
    const began = new AbortController()
    const published = once(began.signal, 'abort').then(() =>
      waitFor({
        poll: () =>
          this.recording.events.find(
            (e) => e.instance === name && isCommand(e) && e.name === 'PUBLISH',
          ),
        onChange: (changed) => this.recording.onEvent(changed),
        withinMs,
        signal: this.signal,
      }),
    )
    proxy.holdCommand((command) => {
      const waits = held(command)
      if (waits) began.abort()
      return waits
    }, published)
  }

  // Several instances of a goal run the same file.
  private compiled(entry: string): Promise<Program> {
    const program = this.compilations.get(entry) ?? compile(this.folder, entry)
    this.compilations.set(entry, program)
    return program
  }

  private running(): Promise<RunningRedis> {
    this.redis ??= startTestRedis(this.redisArgs).then((redis) => {
      this.redisPids.push(redis.pid)
      return redis
    })
    return this.redis
  }
}

function withholdReplies(proxy: RedisProxy, how: 'never' | 'disconnect'): void {
  proxy.holdCommand(
    ({ connection }) => {
      if (how === 'disconnect') setImmediate(() => proxy.disconnect(connection))
      return true
    },
    new Promise(() => {}),
  )
}

// process.loadEnvFile() and dotenv do not replace a variable that is there, even an empty one: the
// learner's .env for the laptop does not decide a check.
function shadowEnvFile(folder: string): Record<string, string> {
  const files = [join(root, '.env'), join(folder, '.env')]
  if (!files.some((file) => existsSync(file))) return {}
  return { REDIS_URL: '', REDISCLOUD_URL: '', REDISTOGO_URL: '' }
}

// Some minimal systems have no /etc/hosts. That is no mistake of the program.
async function requireLocalhost(): Promise<void> {
  try {
    await lookup('localhost')
  } catch {
    throw new UserError(
      'This machine does not know the name localhost, which this check needs. Add the line "127.0.0.1 localhost" to /etc/hosts',
    )
  }
}

/** Arguments that give the Redis a user who may do everything. */
export function redisUserArgs(name: string, password: string): string[] {
  return ['--user', name, 'on', `>${password}`, '~*', '&*', '+@all']
}

async function loadFirst(
  tool: 'process/long-timers' | 'process/exit-on-signal',
): Promise<Record<string, string>> {
  const file = await compileOwnTool(tool)
  return { NODE_OPTIONS: `--require ${JSON.stringify(file)}` }
}

function thoseThatAreSet(vars: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(vars).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
}
