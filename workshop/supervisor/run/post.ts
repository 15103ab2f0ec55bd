import { basename } from 'node:path'
import { freePort } from '../free-port.ts'
import type { Exit, Instance } from '../instance.ts'
import type { Keeper } from '../keeper-talk.ts'
import { startInstance } from '../start.ts'
import type { Audience } from './audience.ts'
import type { Taps } from './taps.ts'

/** What every instance of a run shares. */
export interface PostOptions {
  keeper: Keeper
  taps: Taps
  audience: Audience
  /** Called when something about an instance changes. */
  onChange: () => void
}

/** A place for an instance. It keeps name, port and tap while the instance is started again. */
export class Post {
  /** Undefined while none runs. */
  instance: Instance | undefined
  /** How the last one ended, and the same for people. */
  lastExit: Exit | undefined
  ending = ''
  /** Whether the one that runs was stopped with SIGSTOP. */
  frozen = false
  /** Whether an instance here has ever listened on its port: this is a web program. */
  serves = false

  private constructor(
    readonly name: string,
    readonly entry: string,
    private readonly env: Record<string, string>,
    private readonly options: PostOptions,
  ) {}

  /** @param entry the program: `index.ts` and `web.ts` become `web.1`, `worker.ts` `worker.1` */
  static async create(entry: string, options: PostOptions): Promise<Post> {
    const { keeper, taps, audience } = options
    const name = await keeper.name(entry === 'index.ts' ? 'web' : basename(entry, '.ts'))
    audience.makeRoomFor(name)
    return new Post(
      name,
      entry,
      {
        DYNO: name,
        PORT: String(await freePort()),
        REDIS_URL: await taps.add(name),
        SESSION_SECRET: 'one secret for every instance, or they would not share a session',
      },
      options,
    )
  }

  /** The port its config vars name. */
  get port(): number {
    return Number(this.env['PORT'])
  }

  /**
   * Starts an instance here.
   *
   * @param file the compiled program
   * @param onEnd called when the instance has ended, however
   */
  async start(file: string, onEnd: () => void): Promise<void> {
    const { name, env } = this
    const { audience } = this.options
    const instance = await startInstance({
      name,
      file,
      env,
      onLine: (line) => audience.line(name, line),
    })
    this.instance = instance
    this.frozen = false
    instance.on(() => {
      this.serves ||= instance.listening.includes(this.port)
      this.options.onChange()
    })
    audience.remark(
      name,
      `process ${instance.pid}, PORT=${env['PORT']}; ${howToStop(instance)}`,
    )
    void instance.ended.then((exit) => {
      this.instance = undefined
      this.lastExit = exit
      this.frozen = false
      this.report(instance, exit)
      this.options.onChange()
      onEnd()
    })
  }

  /** Stops the process where it stands, or lets it go on. It cannot notice the one nor the other. */
  freeze(on: boolean): void {
    if (!this.instance) return
    this.instance.signal(on ? 'SIGSTOP' : 'SIGCONT')
    this.frozen = on
    this.options.onChange()
  }

  /** Gives name and tap back. The instance must have ended. */
  async close(): Promise<void> {
    await this.options.taps.remove(this.name)
    this.options.keeper.free(this.name)
  }

  private report(instance: Instance, exit: Exit): void {
    const { audience } = this.options
    this.ending = howItEnded(instance, exit)
    audience.remark(this.name, this.ending)
    const left = exit.leftBehind.length
    const what = left === 1 ? 'a process' : `${left} processes`
    if (left > 0) audience.remark(this.name, `left ${what} behind, ended by the workshop`)
  }
}

function howItEnded({ lostPatience }: Instance, { code, signal }: Exit): string {
  if (lostPatience) return 'killed: it did not end after SIGTERM'
  return signal ? `ended by ${signal}` : `ended with exit code ${code}`
}

function howToStop({ pid }: Instance): string {
  if (process.platform === 'win32') return `stop it with: taskkill /f /pid ${pid}`
  return `stop it with: kill -15 ${pid}`
}
