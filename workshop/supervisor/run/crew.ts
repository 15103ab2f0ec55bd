import { CompileError } from '../bundle.ts'
import { compile } from '../compile.ts'
import type { Instance } from '../instance.ts'
import { Post, type PostOptions } from './post.ts'

/** What the instances of one run need. */
export interface CrewOptions extends PostOptions {
  /** The step's folder, absolute, and its programs: `['index.ts']`. */
  folder: string
  entries: string[]
  /** Called when no instance runs any more and nothing is about to start one. */
  onIdle: () => void
}

const mostInstances = 9

/** The instances of one run. What changes them happens one after the other. */
export class Crew {
  private readonly posts: Post[] = []
  private readonly first: string
  private built: Map<string, string> | undefined
  private work: Promise<unknown> = Promise.resolve()
  private reloadIsDue = false
  private ending = false
  private idle = false

  constructor(private readonly options: CrewOptions) {
    this.first = options.entries[0] ?? 'index.ts'
  }

  /** Starts the run: so many instances of the first program, and so many of each other. */
  async open(instances: number, workers: number): Promise<void> {
    const others = this.options.entries.slice(1)
    await this.next(async () => {
      await this.build()
      const entries = [
        ...times(instances, this.first),
        ...others.flatMap((other) => times(workers, other)),
      ]
      for (const entry of entries) this.posts.push(await Post.create(entry, this.options))
      await this.startAll(this.posts)
    })
  }

  /** One more instance, of the first program if no other is asked for. */
  async add(entry = this.first): Promise<void> {
    await this.next(async () => {
      if (this.posts.length >= mostInstances) {
        return this.options.audience.say(`That is enough: ${mostInstances} instances here`)
      }
      // Compiled again: files that nobody asked for in a day are cleared away.
      await this.build()
      const post = await Post.create(entry, this.options)
      this.posts.push(post)
      await this.startAll([post])
    })
  }

  /** Stops the newest running instance of the first program, for good. */
  async removeNewest(): Promise<void> {
    await this.next(async () => {
      const running = this.posts.filter(({ instance }) => instance)
      const newest = running.findLast(({ entry }) => entry === this.first)
      if (!newest) return this.options.audience.say('There is none to stop')
      await newest.instance?.stop()
      this.posts.splice(this.posts.indexOf(newest), 1)
      await newest.close()
    })
  }

  /** Sends SIGTERM to the instance with this number. @returns false when there is none */
  terminate(number: number): boolean {
    const instance = this.running().find(({ name }) => name.endsWith(`.${number}`))
    instance?.signal('SIGTERM')
    return instance !== undefined
  }

  /** Starts this one again: stops it if it runs. */
  async restart(name: string): Promise<void> {
    await this.next(async () => {
      const post = this.find(name)
      if (!post || !(await this.build())) return
      post.freeze(false)
      await post.instance?.stop()
      await this.startAll([post])
    })
  }

  /** Takes this one away for good; it is stopped if it runs. */
  async remove(name: string): Promise<void> {
    await this.next(async () => {
      const post = this.find(name)
      if (!post) return
      post.freeze(false)
      await post.instance?.stop()
      this.posts.splice(this.posts.indexOf(post), 1)
      await post.close()
    })
  }

  /** The place of this name, if there is one. */
  find(name: string): Post | undefined {
    return this.posts.find((post) => post.name === name)
  }

  /** Every place there is, also those where nothing runs. */
  get places(): readonly Post[] {
    return this.posts
  }

  /**
   * Compiles anew and starts every instance again. Asked for while a reload is under way,
   * it happens once more after it: the last save wins.
   *
   * @param saved the file, for people
   */
  async reload(saved: string): Promise<void> {
    if (this.reloadIsDue) return
    this.reloadIsDue = true
    await this.next(async () => {
      this.reloadIsDue = false
      if (!(await this.build())) return
      this.options.audience.say(`${saved} was saved: starting again`)
      await this.stopAll()
      await this.startAll(this.posts)
    })
  }

  /** Stops every instance, and whichever is being started at this moment. */
  async close(): Promise<void> {
    this.ending = true
    for (const post of this.posts) if (post.frozen) post.freeze(false)
    await this.stopAll()
    await this.work
    await this.stopAll()
  }

  /** Ends every instance at once. */
  kill(): void {
    for (const instance of this.running()) instance.kill()
  }

  /** Where instances answer requests; one that has just died counts. */
  serving(): { name: string; port: number }[] {
    return this.posts.filter(({ serves }) => serves)
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

  // Looked at after the work in hand: between the two halves of a reload nothing runs either.
  private lookIdle(): void {
    if (this.running().length > 0 || this.ending || this.idle) return
    this.idle = true
    this.options.onIdle()
  }

  private async build(): Promise<boolean> {
    const { entries, folder, audience } = this.options
    try {
      const files = await Promise.all(entries.map((entry) => compile(folder, entry)))
      this.built = new Map(entries.map((entry, at) => [entry, files[at] ?? '']))
      return true
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      audience.compileError(error)
      if (this.running().length > 0) audience.say('The instances from before go on')
      return false
    }
  }

  private async startAll(posts: Post[]): Promise<void> {
    for (const post of posts) {
      const file = this.built?.get(post.entry)
      if (!file || this.ending) return
      this.idle = false
      await post.start(file, () => void this.work.then(() => this.lookIdle()))
    }
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.running().map((instance) => instance.stop()))
  }
}

function times(count: number, entry: string): string[] {
  return Array.from({ length: count }, () => entry)
}
