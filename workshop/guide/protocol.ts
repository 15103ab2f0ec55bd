// What the guide's server and its pages send each other. Types only: both sides import them.

/** One step, as the navigation shows it. */
export interface StepInfo {
  number: number
  slug: string
  title: string
  /**
   * `passed` with the files that are there now; `changed` since it passed; the untouched `starter`
   * again though it passed once; `open`, not passed yet.
   */
  state: 'passed' | 'changed' | 'starter' | 'open'
  /** How long it takes, as its lesson estimates; undefined when that is not stated. */
  minutes: number | undefined
  /** Up to which level its hints were shown, here or by `npm run hint`. */
  hints: number
}

/** One place for an instance. */
export interface InstanceInfo {
  name: string
  /**
   * `starting`: it has not printed, connected or listened yet. `stopping`: SIGTERM was sent.
   * `connected` or not: a program that the workshop did not start.
   */
  state:
    'starting' | 'running' | 'stopping' | 'frozen' | 'ended' | 'killed' | 'connected' | 'closed'
  /** What runs was built before the files that are there now. */
  outdated: boolean
  pid: number | undefined
  /** How the last one ended, for people; empty while one runs. */
  ended: string
}

/** What one of the two devices was served by last. */
export interface DeviceInfo {
  name: 'computer' | 'phone'
  port: number
  /** The instance that gave the page, and the one that holds its socket. */
  page: string | undefined
  socket: string | undefined
}

/** The run that is going on; there is at most one. */
export interface RunInfo {
  slug: string
  /** It is the solution that runs, not what the learner wrote. */
  solution: boolean
  /** `ended`: no instance runs, and none is about to start. */
  phase: 'starting' | 'running' | 'ended' | 'ending'
  /** Why the files as they are now cannot be built; empty when they can. */
  buildErrors: BuildError[]
  redis: string
  /** The workshop cuts and refuses its connections to Redis. */
  redisDown: boolean
  /** When its Redis is a cluster; else there are none. */
  nodes: readonly NodeInfo[]
  entries: string[]
  instances: InstanceInfo[]
  /** Where the router is, once an instance answers requests. */
  url: string | undefined
  devices: DeviceInfo[]
}

/** A node of a Redis Cluster. */
export interface NodeInfo {
  /** `127.0.0.1:12001` */
  address: string
  state: 'primary' | 'replica' | 'killed'
  /** What a primary serves: `0-5460, 5462`. */
  slots: string
}

/** Where a file has a syntax error, or another reason why it cannot be built. */
export interface BuildError {
  text: string
  /** `index.ts:12:5`; empty when there is no such place. */
  location: string
  /** The line there, and a mark below the column. */
  frame: string
}

/** Why the first goal that is not reached is not reached. */
export interface FailureInfo {
  goal: string
  expected: string
  received: string
  likely: string
  lookAt: string
  wire: string[]
  /** What these lines are about, see {@link WireItem.signature}. */
  signatures: string[]
  output: string[]
}

/** `open`: no check has finished since the workshop was started. */
export type GoalState = 'open' | 'passed' | 'not yet' | 'not tested'

/** One goal, and what became of it. */
export interface GoalInfo {
  goal: string
  state: GoalState
}

/** The last check of a step. */
export interface CheckInfo {
  phase: 'running' | 'done'
  /** Set when it ended: all goals were reached. */
  passed: boolean
  ms: number
  /** When it ended, ISO. */
  at: string
  /** The files have changed since. */
  outdated: boolean
  goals: GoalInfo[]
  failure: FailureInfo | undefined
  /** Why some goals were not tested, in a sentence; empty when all were. */
  notTested: string
  /** Why it could not be checked; empty when it could. */
  problem: string
  /** Why the classroom has not received it; empty when it has, or none was joined. */
  unsent: string
  /** The goal whose run can be watched; empty when it has not passed, or no run is fit to be shown. */
  shownGoal: string
}

/** A drill: what there is to try, asked about before it is tried. */
export interface DrillInfo {
  id: string
  title: string
  /** What will be done. */
  what: string
  question: string
  answers: string[]
  /** What must run for it, for people. */
  needs: string
}

/** The drill that was asked for last. */
export interface DrillRun {
  id: string
  slug: string
  phase: 'running' | 'done'
  /** Which of the answers was predicted. */
  predicted: number
  /** Which one came true; undefined when the evidence does not show it. */
  observed: number | undefined
  /** What happened, in sentences. */
  story: string[]
  /** The wire while it happened, formatted. */
  wire: string[]
  problem: string
}

/** Everything but what flows: sent whole whenever it changes. */
export interface State {
  steps: StepInfo[]
  run: RunInfo | undefined
  /** By slug. */
  checks: Record<string, CheckInfo>
  /** The step that is checked at every save. */
  onSave: string | undefined
  drill: DrillRun | undefined
  /** The editor in which files can be opened; undefined when none was found. */
  editor: string | undefined
  /** A classroom was joined. */
  inClassroom: boolean
}

/** A line that an instance printed, or a note of the workshop about it. */
export interface Line {
  id: number
  /** `web.1`, `router`, or `run` for what concerns all of them. */
  from: string
  kind: 'out' | 'err' | 'remark'
  text: string
}

/** One event on the wire, ready to be shown. Everything in it is printable text. */
export interface WireItem {
  seq: number
  /** Milliseconds since the run began. */
  at: number
  instance: string
  connection: number
  kind: 'open' | 'command' | 'push' | 'close' | 'protocol-error'
  /** `PUBLISH`; for pushes `message`. */
  name: string
  channel: string | undefined
  /** The pattern by which a push came. */
  pattern: string | undefined
  text: string
  result: string
  /** The message itself, without the syntax of JSON; empty for what carries none. */
  words: string
  /** How many subscribers received a PUBLISH. */
  receivers: number | undefined
  /** What it is about: the same in two runs, although users and numbers differ. */
  signature: string
}

/** A connection between an instance and Redis. */
export interface ConnectionInfo {
  number: number
  subscribes: boolean
  /** How many messages it has received, and the words of the last one. */
  received: number
  last: string
}

/** A channel, or a pattern of channels. */
export interface ChannelInfo {
  name: string
  pattern: boolean
  /** Where it is drawn: by its own name, or in the box of a pattern that matches it. */
  box: string
  /** `web.1 2`: instance and connection. */
  subscribers: string[]
  /** How many more subscribers its last message had: they do not use the proxy. */
  elsewhere: number
  /** Messages that no subscriber received. */
  lost: number
  /** The `seq` of its last message; 0 before the first. */
  used: number
}

/** Connections and subscriptions, as Redis has confirmed them. */
export interface Topology {
  instances: { name: string; connections: ConnectionInfo[] }[]
  /** How many instances more there are. */
  others: number
  channels: ChannelInfo[]
}

/** What has flowed since the last of these. */
export interface StreamUpdate {
  /** Distinguishes the updates of one run from those of another. */
  run: number
  lines: Line[]
  items: WireItem[]
  /** How many more there were on the wire than are sent here. */
  skipped: number
  /** Messages published since the run began, sent here or not. */
  published: number
  /** When it changed. */
  topology: Topology | undefined
}

/** The first message to a page, and again after every interruption. */
export interface Snapshot {
  /** Changes when the page itself has become another one. */
  build: string
  state: State
  update: StreamUpdate
}

/** One whole event of the wire. */
export interface WireDetails {
  words: string[]
  reply: string
  /** The line to paste into a shell; empty for what was not a command. */
  cli: string
}

/** How one file of the learner's differs from the solution's. */
export interface FileDifference {
  name: string
  /** HTML of each line, highlighted; empty for a file that is too different. */
  lines: { sign: ' ' | '+' | '-' | '@'; html: string }[]
}

/** A program of a step, as it is on disk. */
export interface StepFile {
  name: string
  /** Line ends as LF. */
  text: string
  /** Made from the text: a save states the one that it is based on. */
  version: string
  /** The learner is to edit it; the others are given. */
  edit: boolean
  /** Its name for the language server. */
  uri: string
}

/** What a page is sent for its editor. */
export interface EditorEvents {
  files: StepFile[]
  /** An answer of TypeScript's language server. */
  lsp: object
}

/** What a page can ask for. */
export type Action =
  | { do: 'start'; slug: string; solution: boolean; instances: number; workers: number }
  | { do: 'stop' }
  | { do: 'add'; entry: string }
  | { do: 'signal'; name: string; signal: 'SIGTERM' | 'SIGKILL' }
  | { do: 'freeze'; name: string; on: boolean }
  | { do: 'restart' | 'remove'; name: string }
  | { do: 'redis'; down: boolean }
  | { do: 'publish'; channel: string; message: string }
  | { do: 'check'; slug: string }
  | { do: 'on-save'; slug: string; on: boolean }
  | { do: 'hint'; slug: string; level: number }
  | { do: 'open'; slug: string; file: string }
  | { do: 'diff'; slug: string }
  | { do: 'save'; slug: string; file: string; text: string; version: string }
  | { do: 'reset' | 'undo'; slug: string }
  | { do: 'show'; slug: string }
  | { do: 'passed-run'; slug: string }
  | { do: 'whole'; seq: number }
  | { do: 'drill'; id: string; slug: string; predicted: number }

/** How it went. */
export interface ActionResult {
  /** Why it was not done, for people; empty when it was. */
  problem: string
  details?: WireDetails
  differences?: FileDifference[]
  message?: string
  /** The trace of a run as JSON, see `toPlain`. */
  trace?: string
  /** What is on disk after a save. */
  file?: StepFile
  /** It was not saved: another program has changed the file. */
  conflict?: boolean
}

/** What a page's script needs to know from the start. */
export interface PageData {
  slug: string
  entries: string[]
  goals: string[]
  /** Where the learner is to write: the files with a TODO. */
  files: string[]
  drills: DrillInfo[]
  /** With it the page may add styles, see Content-Security-Policy. */
  nonce: string
}
