import { basename } from 'node:path'
import { CompileError, compile } from '../compile.ts'
import { freePort } from '../free-port.ts'
import type { Exit, Instance } from '../instance.ts'
import type { Keeper } from '../keeper-talk.ts'
import { startInstance } from '../start.ts'
import type { Printer } from './printer.ts'
import type { Taps } from './taps.ts'

/** What the instances of one run need. */
export interface CrewOptions {
  /** The step's folder, absolute, and its programs: `['index.ts']`. */
  folder: string
  entries: string[]
  keeper: Keeper
  taps: Taps
  printer: Printer
  /** Called when no instance runs any more and nothing is about to start one. */
  onIdle: () => void
}

/** A place in the crew: it keeps name, port and tap while its instance is started again. */
interface Post {
  name: string
  entry: string
  env: Record<string, string>
  instance?: Instance
  lastExit?: Exit
}

const mostInstances = 9

/** The instances of one run. What changes them happens one after the other. */
export class Crew {
  private readonly posts: Post[] = []
  private built: Map<string, string> | undefined
  private work: Promise<unknown> = Promise.resolve()
  private reloadIsDue = false
  private ending = false
  private hurried = false
  private idle = false

  constructor(private readonly options: CrewOptions) {}

  /** Starts the run: this many instances of the first program, and one of each other. */
  open(instances: number): Promise<void> {
    const [first = 'index.ts', ...others] = this.options.entries
    return this.next(async () => {
      await this.build()
      const entries = [...Array.from({ length: instances }, () => first), ...others]
      for (const entry of entries) this.posts.push(await this.newPost(entry))
      await this.startAll(this.posts)
    })
  }

  /** One more instance of the first program. */
  async add(): Promise<void> {
    const [first = 'index.ts'] = this.options.entries
    await this.next(async () => {
      if (this.posts.length >= mostInstances) {
        return this.options.printer.say(`That is enough: ${mostInstances} instances here`)
      }
      const post = await this.newPost(first)
      this.posts.push(post)
      await this.startAll([post])
    })
  }

  /** Stops the newest instance of the first program, for good. */
  async removeNewest(): Promise<void> {
    await this.next(async () => {
      const [first] = this.options.entries
      const newest = this.posts.findLast(({ entry }) => entry === first)
      if (!newest) return
      await newest.instance?.stop()
      this.posts.splice(this.posts.indexOf(newest), 1)
      await this.options.taps.remove(newest.name)
      this.options.keeper.free(newest.name)
    })
  }

  /** Sends SIGTERM to the instance with this number. @returns false when there is none */
  terminate(number: number): boolean {
    const post = this.posts.find(({ name }) => name.endsWith(`.${number}`))
    post?.instance?.signal('SIGTERM')
    return post?.instance !== undefined
  }

  /**
   * Compiles anew and starts every instance again. Asked for while a reload is under way,
   * it happens once more after it: the last save wins.
   */
  async reload(saved: string): Promise<void> {
    if (this.reloadIsDue) return
    this.reloadIsDue = true
    await this.next(async () => {
      this.reloadIsDue = false
      if (!(await this.build())) return
      this.options.printer.say(`${saved} was saved: starting again`)
      await Promise.all(this.running().map((instance) => instance.stop()))
      await this.startAll(this.posts)
    })
  }

  /** Stops every instance, and whichever is being started at this moment. */
  async close(): Promise<void> {
    this.ending = true
    await Promise.all(this.running().map((instance) => instance.stop()))
    await this.work
    await Promise.all(this.running().map((instance) => instance.stop()))
  }

  /** Ends every instance at once. */
  kill(): void {
    this.hurried = true
    for (const instance of this.running()) instance.kill()
  }

  /** The names of the instances that run. */
  names(): string[] {
    return this.running().map(({ name }) => name)
  }

  /** Whether an instance has failed, or there never was a program to start. */
  get failed(): boolean {
    return !this.built || this.posts.some(({ lastExit }) => lastExit && lastExit.code !== 0)
  }

  private running(): Instance[] {
    return this.posts.flatMap(({ instance }) => (instance ? [instance] : []))
  }

  private next(task: () => Promise<void>): Promise<void> {
    const done = this.work.then(() => (this.ending ? undefined : task()))
    this.work = done.then(() => this.lookIdle()).catch(() => {})
    return done
  }

  private lookIdle(): void {
    if (this.running().length > 0 || this.ending || this.idle) return
    this.idle = true
    this.options.onIdle()
  }

  private async build(): Promise<boolean> {
    const { entries, folder, printer } = this.options
    try {
      const files = await Promise.all(entries.map((entry) => compile(folder, entry)))
      this.built = new Map(entries.map((entry, at) => [entry, files[at] ?? '']))
      return true
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      printer.compileError(error)
      if (this.running().length > 0) printer.say('The instances from before go on')
      return false
    }
  }

  private async newPost(entry: string): Promise<Post> {
    const { keeper, taps, printer } = this.options
    const kind = entry === 'index.ts' ? 'web' : basename(entry, '.ts')
    const name = await keeper.name(kind)
    printer.makeRoomFor(name)
    const env = {
      DYNO: name,
      PORT: String(await freePort()),
      REDIS_URL: await taps.add(name),
      SESSION_SECRET: 'the same for every instance of this workshop',
    }
    return { name, entry, env }
  }

  private async startAll(posts: Post[]): Promise<void> {
    for (const post of posts) {
      if (!this.ending) await this.start(post)
    }
  }

  private async start(post: Post): Promise<void> {
    const file = this.built?.get(post.entry)
    if (!file || post.instance) return
    const { printer } = this.options
    const { name, env } = post
    const instance = await startInstance({
      name,
      file,
      env,
      onLine: (line) => printer.line(name, line),
    })
    post.instance = instance
    this.idle = false
    printer.remark(name, `process ${instance.pid}, PORT=${env['PORT']}; ${howToStop(instance)}`)
    void instance.ended.then((exit) => this.ended(post, instance, exit))
  }

  private ended(post: Post, instance: Instance, exit: Exit): void {
    delete post.instance
    post.lastExit = exit
    const { printer } = this.options
    const patience = this.hurried ? '' : ': it did not end within 4 s of SIGTERM'
    printer.remark(post.name, instance.killed ? `killed${patience}` : howItEnded(exit))
    if (exit.leftBehind.length > 0) {
      printer.remark(
        post.name,
        `left ${exit.leftBehind.length} processes behind; they were ended`,
      )
    }
    void this.work.then(() => this.lookIdle())
  }
}

function howItEnded({ code, signal }: Exit): string {
  return signal ? `ended by ${signal}` : `ended with exit code ${code}`
}

function howToStop({ pid }: Instance): string {
  if (process.platform === 'win32') return `stop it with: taskkill /f /pid ${pid}`
  return `stop it with: kill -15 ${pid}`
}
