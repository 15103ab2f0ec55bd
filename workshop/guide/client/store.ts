import { io } from 'socket.io-client'
import type {
  Action,
  Answer,
  Flow,
  Hello,
  Line,
  Picture,
  State,
  WireItem,
} from '../protocol.ts'

// A page that stays open for a day must not grow: the oldest go first.
const mostLines = 1200
const mostItems = 600
const findingMs = 5000

/** Everything this page knows. */
export class Store {
  state: State | undefined
  lines: Line[] = []
  items: WireItem[] = []
  picture: Picture = { instances: [], channels: [] }
  published = 0
  /** How much of the wire was told and how much was not, lately. */
  busy = { told: 0, skipped: 0 }
  skippedLines = 0
  connected = false
  /** Once it was there, and is gone. */
  wasConnected = false
  /** What went wrong with what was asked for last; empty when nothing did. */
  problem = ''
  private run = 0
  private build = ''
  private readonly listeners = new Set<() => void>()
  private readonly watchers = new Set<(items: readonly WireItem[]) => void>()
  private drawing = false
  private readonly socket = io({
    transports: ['websocket'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 1000,
  })
  private readonly found = new Promise<void>((resolve) => this.socket.once('connect', resolve))

  constructor() {
    this.socket.on('hello', (hello: Hello) => this.greet(hello))
    this.socket.on('state', (state: State) => {
      this.state = state
      this.changed()
    })
    this.socket.on('flow', (flow: Flow) => this.flow(flow))
    this.socket.on('disconnect', () => {
      this.connected = false
      this.changed()
    })
    setInterval(() => this.calm(), 1000)
  }

  /** Calls back at most once for every picture the screen shows. */
  on(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Calls back with what crosses the wire, as it comes. */
  onItems(watcher: (items: readonly WireItem[]) => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Asks for something. A problem is shown above the bench. */
  async act(action: Action): Promise<Answer> {
    const answer = await this.ask(action)
    this.problem = answer.problem
    this.changed()
    return answer
  }

  /** The problem was read. */
  dismiss(): void {
    this.problem = ''
    this.changed()
  }

  private async ask(action: Action): Promise<Answer> {
    // A page that was opened a moment ago may not have found the workshop yet.
    await Promise.race([this.found, new Promise((resolve) => setTimeout(resolve, findingMs))])
    // Nothing is kept for later: who clicks now does not mean in five minutes.
    if (!this.socket.connected) return { problem: 'The workshop does not run. Type: npm start' }
    return new Promise((resolve) => {
      const gone = () => resolve({ problem: '' })
      this.socket.once('disconnect', gone)
      this.socket.emit('act', action, (answer: Answer) => {
        this.socket.off('disconnect', gone)
        resolve(answer)
      })
    })
  }

  private greet({ build, state, flow }: Hello): void {
    if (this.build !== '' && this.build !== build) return location.reload()
    this.build = build
    this.state = state
    this.connected = true
    this.wasConnected = true
    this.run = -1
    this.take(flow)
  }

  // What has crossed the wire before this page was there does not travel again.
  private flow(flow: Flow): void {
    this.take(flow)
    for (const watcher of this.watchers) watcher(flow.items)
  }

  private take(flow: Flow): void {
    if (flow.run !== this.run) this.forget(flow.run)
    this.lines = [...this.lines, ...flow.lines].slice(-mostLines)
    this.items = [...this.items, ...flow.items].slice(-mostItems)
    this.published = flow.published
    this.skippedLines += flow.skippedLines
    if (flow.skipped > 0) {
      this.busy.told += flow.items.length
      this.busy.skipped += flow.skipped
    }
    if (flow.picture) this.picture = flow.picture
    this.changed()
  }

  private forget(run: number): void {
    this.run = run
    this.lines = []
    this.items = []
    this.skippedLines = 0
    this.picture = { instances: [], channels: [] }
  }

  private lull = 0

  // What is said about a busy wire stays readable for some seconds.
  private calm(): void {
    if (this.busy.skipped === 0) return
    this.lull += 1
    if (this.lull < 3) return
    this.lull = 0
    this.busy = { told: 0, skipped: 0 }
    this.changed()
  }

  private changed(): void {
    if (this.drawing) return
    this.drawing = true
    const draw = () => {
      this.drawing = false
      for (const listener of this.listeners) listener()
    }
    // A page in the background draws nothing, and must not pile up what it would have drawn.
    if (document.hidden) setTimeout(draw, 250)
    else requestAnimationFrame(draw)
  }
}

export const store = new Store()
