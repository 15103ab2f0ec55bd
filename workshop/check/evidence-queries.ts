import type { CommandEvent, PushEvent, WireEvent } from '../proxy/index.ts'
import { type AppEvidence, type Evidence, type TraceLine, commands } from './evidence.ts'

// What diagnoses ask of the evidence. Every event and every printed line has a `seq` on one
// sequence, so that "before" and "after" are comparisons of numbers.

/** Makes a question about the app that a failure is about one about the evidence. */
export function forApp(
  question: (app: AppEvidence, evidence: Evidence) => boolean,
): (evidence: Evidence) => boolean {
  return (evidence) => {
    const app = evidence.app ?? evidence.apps[0]
    return app !== undefined && question(app, evidence)
  }
}

/** The messages an app published, answered or not. @param channel all channels when missing */
export function published(app: AppEvidence, channel?: string): CommandEvent[] {
  const all = commands(app, 'PUBLISH')
  return channel === undefined ? all : all.filter(({ args }) => args[0] === channel)
}

/** Its SUBSCRIBE and PSUBSCRIBE commands, confirmed or not. */
export function subscriptions(app: AppEvidence): CommandEvent[] {
  return commands(app).filter(({ name }) => /^P?SUBSCRIBE$/.test(name))
}

/** The channels and patterns it subscribed to, as it wrote them. */
export function subscribedTo(app: AppEvidence): string[] {
  return subscriptions(app).flatMap(({ args }) => args)
}

/** The messages that reached it and hold this text, one for each subscription that got it. */
export function receivedMessages(app: AppEvidence, text = ''): PushEvent[] {
  return app.wire
    .filter((event) => event.kind === 'push')
    .filter(({ args }) => args.some((arg) => arg.includes(text)))
}

/**
 * How many messages with this text have reached it. One that came on several connections, or by
 * a channel and a pattern, counts once.
 */
export function countReceived(app: AppEvidence, text = ''): number {
  const counts = new Map<string, number>()
  for (const event of receivedMessages(app, text)) {
    const subscription = [event.connection, event.name, ...event.args.slice(0, -1)].join(' ')
    counts.set(subscription, (counts.get(subscription) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** The lines an app printed for this text; see `linesFor`. */
export function printedLines(app: AppEvidence, text: string): TraceLine[] {
  return linesFor(app.lines, text)
}

/**
 * The lines that are this text and nothing else, or, when there are none, those that hold it: a
 * program may log in a format of its own, or log a debug line beside the one that was asked for.
 * Upper and lower case are one.
 */
export function linesFor<Line extends { text: string }>(
  lines: readonly Line[],
  text: string,
): Line[] {
  const wanted = text.toLowerCase()
  const exact = lines.filter((line) => line.text.trim().toLowerCase() === wanted)
  return exact.length > 0
    ? exact
    : lines.filter((line) => line.text.toLowerCase().includes(wanted))
}

/** Whether it printed a line like this on stderr. */
export function stderrMatches({ lines }: AppEvidence, pattern: RegExp): boolean {
  return lines.some(({ stream, text }) => stream === 'stderr' && pattern.test(text))
}

/** Whether any app printed a line like this on stderr. */
export function printedOnStderr({ apps }: Evidence, pattern: RegExp): boolean {
  return apps.some((app) => stderrMatches(app, pattern))
}

/** Whether it printed a line like this on stdout. */
export function stdoutMatches({ lines }: AppEvidence, pattern: RegExp): boolean {
  return lines.some(({ stream, text }) => stream === 'stdout' && pattern.test(text))
}

/** The connections that it opened, in order. */
export function openedConnections({ wire }: Pick<AppEvidence, 'wire'>): number[] {
  return wire.filter(({ kind }) => kind === 'open').map(({ connection }) => connection)
}

/** The connections that it closed itself, in order. */
export function closedConnections({ wire }: AppEvidence): number[] {
  return wire
    .filter((event) => event.kind === 'close' && event.by === 'client')
    .map(({ connection }) => connection)
}

/** Where in the trace the check cut one of its connections first. */
export function firstCut({ wire }: AppEvidence): WireEvent | undefined {
  return wire.find((event) => event.kind === 'close' && event.by === 'proxy')
}

/** Whether it opened a connection after the check had cut one. */
export function reconnected(app: AppEvidence): boolean {
  const cut = firstCut(app)
  return (
    cut !== undefined && firstAfter(app, cut.seq, ({ kind }) => kind === 'open') !== undefined
  )
}

/** The first event on its wire after a place in the trace. */
export function firstAfter(
  { wire }: AppEvidence,
  seq: number,
  fits: (event: WireEvent) => boolean = () => true,
): WireEvent | undefined {
  return wire.find((event) => event.seq > seq && fits(event))
}

/** An error that ended an app, as Node wrote it. */
export interface UncaughtError {
  /** Its first line: `TypeError: client.publsh is not a function`. */
  message: string
  /** The first frame in the learner's own files: `index.ts:12:5`. */
  frame: string | undefined
  /** The last such frame, when it is another one: what called that, and caught nothing. */
  caller?: string | undefined
}

/** Where an error came from, and what led there: the mistake can be an argument of that call. */
export function placeOfThrow({ frame, caller }: Omit<UncaughtError, 'message'>): string {
  return `${frame}, which throws it${caller ? `; ${caller} leads there` : ''}`
}

/** So the redis package reports an argument of a command that it cannot send. */
export const wrongArgument = /"arguments\[\d+\]" must be of type "string \| Buffer", got (\w+)/

/** Where to look when no frame of an error is in the learner's own files. */
export function placeInPackage(message: string): string {
  const [, kind] = wrongArgument.exec(message) ?? []
  // The first one after the name of the command.
  if (kind === 'function' && message.includes('"arguments[1]"'))
    return 'the commands whose first argument is a function, or that get a callback: since version 4 they return promises, and `subscribe()` takes the channel first, then the listener'
  if (kind === 'function')
    return 'the commands to which you pass a function: those of the `redis` package take no callbacks since version 4, and return promises'
  if (kind)
    return `the arguments of the commands that you send with the \`redis\` package: each must be a string, and one is of type ${kind}`
  return 'the values that your code passes to a package, or leaves out: the error comes from in there'
}

/** The error that ended an app, because no code caught it. */
export function uncaughtError({ lines }: AppEvidence): UncaughtError | undefined {
  const texts = lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text)
  // Node signs what it writes about an error that ends the process.
  const end = texts.findLastIndex((text) => /^Node\.js v\d/.test(text))
  if (end < 0) return undefined
  const written = texts.slice(0, end)
  const start = written.findLastIndex(isErrorLine)
  const message = written[start]?.replace(/^Uncaught /, '')
  if (message === undefined) return undefined
  // Its own stack, and not that of a cause below it.
  const from = written.findIndex((text, i) => i > start && isFrame(text))
  const stack = written.slice(from)
  const until = stack.findIndex((text) => !isFrame(text))
  const [frame = ownFrame(written), ...callers] =
    from < 0 ? [] : ownFrames(until < 0 ? stack : stack.slice(0, until))
  return { message, frame, caller: callers.at(-1) }
}

/** Where a stack leads through the learner's files: its first frame there, and the last if it is another. */
export function placeIn(frames: readonly string[]): Omit<UncaughtError, 'message'> {
  const [frame, ...callers] = ownFrames(frames)
  return { frame, caller: callers.at(-1) }
}

/** The first frame of a printed stack that is in the learner's own files: `index.ts:12:5`. */
export function ownFrame(texts: readonly string[]): string | undefined {
  return ownFrames(texts)[0]
}

function ownFrames(texts: readonly string[]): string[] {
  return texts
    .filter((text) => /^\s+at /.test(text) && !ofWorkshop.test(text))
    .flatMap((text) => ownFile.exec(text)?.[1] ?? [])
}

const ofWorkshop = /\/workshop\/process\/preload\.ts:/

// Frames of packages name JavaScript files, those of Node node:.
const ownFile = /[( /]((?:[\w.-]+\/)*[\w.-]+\.ts:\d+:\d+)\)?$/

function isErrorLine(text: string): boolean {
  return /^(Uncaught )?[\w$]*(Error|Exception)\b/.test(text)
}

/** Whether an error that no code caught ended it. */
export function endedByUncaughtError(app: AppEvidence): boolean {
  return uncaughtError(app) !== undefined
}

/** Whether a line is a frame of a printed stack. */
export function isFrame(text: string): boolean {
  return /^\s+at \S/.test(text)
}

/** The latest error that an app printed with a stack which leads through the learner's files. */
export function printedError({
  lines,
}: AppEvidence): (UncaughtError & { frame: string }) | undefined {
  const texts = lines.map(({ text }) => text)
  for (let at = texts.findLastIndex(isFrame); at >= 0;) {
    const start = texts.findLastIndex((text, i) => i <= at && !isFrame(text))
    const [frame, ...callers] = ownFrames(texts.slice(start + 1, at + 1))
    const message = texts[start]?.trim()
    if (frame !== undefined && message) return { message, frame, caller: callers.at(-1) }
    at = texts.findLastIndex((text, i) => i < start && isFrame(text))
  }
  return undefined
}

/** Whether it printed the stack of an error. */
export function printedStack(app: AppEvidence): boolean {
  return stderrMatches(app, /^\s+at \S/)
}
