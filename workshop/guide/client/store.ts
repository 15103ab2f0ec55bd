import { io } from 'socket.io-client'
import type {
  Action,
  ActionResult,
  StreamUpdate,
  Snapshot,
  Line,
  Topology,
  State,
  WireItem,
} from '../protocol.ts'

// A page that stays open for a day must not grow: the oldest go first.
const mostLines = 1200
const mostItems = 600
const findingMs = 5000
const noTopology: Topology = { instances: [], others: 0, channels: [] }
const readsFiles = new Set<Action['do']>(['start', 'check', 'on-save', 'diff', 'show', 'reset'])

/** Everything this page knows. */
export class Store {
  state: State | undefined
  lines: Line[] = []
  items: WireItem[] = []
  topology = noTopology
  published = 0
  /** How many events of the wire were sent lately, and how many were skipped. */
  throughput = { sent: 0, skipped: 0 }
  connected = false
  /** It has been connected since the page was opened. */
  wasConnected = false
  /** What went wrong with what was asked for last; empty when nothing did. */
  problem = ''
  private run = 0
  private build = ''
  private readonly listeners = new Set<() => void>()
  private drawing = false
  /** Asked before anything that reads the learner's files; false when they could not be saved. */
  beforeReading = async (): Promise<boolean> => true
  readonly socket = io({
    transports: ['websocket'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 1000,
  })
  private readonly firstConnect = new Promise<void>((resolve) =>
    this.socket.once('connect', resolve),
  )

  constructor() {
    this.socket.on('hello', (hello: Snapshot) => this.onSnapshot(hello))
    this.socket.on('state', (state: State) => {
      this.state = state
      this.changed()
    })
    this.socket.on('flow', (flow: StreamUpdate) => this.applyUpdate(flow))
    this.socket.on('disconnect', () => {
      this.connected = false
      this.changed()
    })
    setInterval(() => this.resetThroughput(), 1000)
  }

  /** Calls back at most once per frame. */
  on(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Asks for something. A problem is shown above the bench. */
  async request(action: Action): Promise<ActionResult> {
    if (readsFiles.has(action.do) && !(await this.beforeReading()))
      return { problem: this.problem }
    const answer = await this.send(action)
    this.problem = answer.problem
    this.changed()
    return answer
  }

  /** Shows a problem above the bench until it was read. */
  report(problem: string): void {
    this.problem = problem
    this.changed()
  }

  private async send(action: Action): Promise<ActionResult> {
    // A page that was opened a moment ago may not have found the workshop yet.
    await Promise.race([
      this.firstConnect,
      new Promise((resolve) => setTimeout(resolve, findingMs)),
    ])
    // Nothing is kept for later: who clicks now does not mean in five minutes.
    if (!this.socket.connected) return { problem: 'The workshop does not run' }
    return new Promise((resolve) => {
      const gone = () => resolve({ problem: '' })
      this.socket.once('disconnect', gone)
      this.socket.emit('act', action, (answer: ActionResult) => {
        this.socket.off('disconnect', gone)
        resolve(answer)
      })
    })
  }

  private onSnapshot({ build, state, update }: Snapshot): void {
    if (this.build !== '' && this.build !== build) return location.reload()
    this.build = build
    this.state = state
    this.connected = true
    this.wasConnected = true
    this.run = -1
    this.applyUpdate(update)
  }

  private applyUpdate(flow: StreamUpdate): void {
    if (flow.run !== this.run) this.reset(flow.run)
    this.lines = [...this.lines, ...flow.lines].slice(-mostLines)
    this.items = [...this.items, ...flow.items].slice(-mostItems)
    this.published = flow.published
    if (flow.skipped > 0) {
      this.throughput.sent += flow.items.length
      this.throughput.skipped += flow.skipped
    }
    if (flow.topology) this.topology = flow.topology
    this.changed()
  }

  private reset(run: number): void {
    this.run = run
    this.lines = []
    this.items = []
    this.topology = noTopology
  }

  private idleSeconds = 0

  // The note about a busy wire stays readable for some seconds.
  private resetThroughput(): void {
    if (this.throughput.skipped === 0) return
    this.idleSeconds += 1
    if (this.idleSeconds < 3) return
    this.idleSeconds = 0
    this.throughput = { sent: 0, skipped: 0 }
    this.changed()
  }

  /** What the page shows is different. */
  changed(): void {
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
