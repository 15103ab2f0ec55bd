import { type WireEvent, describeEvent, isHandshake } from '../proxy/index.ts'
import { formatNames } from './describe-event.ts'
import { type AppEvidence, type Evidence, describeExit, relevantApps } from './evidence.ts'
import { isFrame, printedError } from './evidence-queries.ts'
import type { CompilerError } from './type-errors.ts'

/**
 * What is stated when no diagnosis fits: that the cause is unknown, an error that the program
 * printed, and the last thing that did happen on the way to what was expected. No mechanism is
 * claimed.
 *
 * @param typeError the first one of the learner's files
 * @returns the sentences, and the events that they quote
 */
export function unknownCause(
  evidence: Evidence,
  typeError: CompilerError | undefined,
): { likely: string; lookAt: string; events: WireEvent[] } {
  const likely = ['The cause is unknown to this check.']
  const apps = evidence.app ? [evidence.app] : relevantApps(evidence)
  const [error] = apps.flatMap((app) => {
    const printed = printedError(app)
    return printed ? [{ ...printed, name: app.name }] : []
  })
  if (error) {
    likely.push(`${error.name} printed "${error.message.slice(0, 160)}" (${error.frame}).`)
  }
  const steps = lastSteps(evidence)
  const events = steps.flatMap(({ event }) => event ?? [])
  const last = [...new Set(steps.map(({ text }) => text))].map((text) => {
    const names = steps.filter((step) => step.text === text).map(({ name }) => name)
    return `${formatNames(names)} ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`
  })
  if (last.length > 0) likely.push(`The last that happened: ${last.join('; ')}.`)
  if (typeError) {
    const { file, line, column } = typeError
    likely.push('TypeScript reports an error in your files.')
    const lookAt = `${file}:${line}:${column}, and what follows`
    return { likely: likely.join(' '), lookAt, events }
  }
  const [todo] = evidence.openTodos
  const place = steps.at(-1)?.isLine
    ? 'the code that prints that, and where it gets its values'
    : 'what leads to that, and what should follow it'
  const next = error?.frame ?? todo ?? place
  return { likely: likely.join(' '), lookAt: `${next}; \`npm run hint\``, events }
}

interface Step {
  name: string
  text: string
  seq: number
  event?: WireEvent
  isLine?: true
}

// The latest of all apps that belong together, and that of the app that the failure is about.
function lastSteps(evidence: Evidence): Step[] {
  const steps = relevantApps(evidence).map(lastStep)
  const latest = steps.toSorted((a, b) => b.seq - a.seq)
  const shown = evidence.app
    ? latest.filter(({ name }, i) => i === 0 || name === evidence.app?.name)
    : latest.slice(0, 2)
  return shown.toReversed()
}

/** The last thing that was seen of an app: a command, a message, a line, its end. */
function lastStep(app: AppEvidence): Step {
  const { name, exit, exitSeq = Infinity } = app
  if (exit && !app.signalled) {
    return { name, text: `ended with ${describeExit(exit)}`, seq: exitSeq }
  }
  const event = app.wire.findLast((one) => !isHandshake(one) && one.seq < exitSeq)
  const line = app.lines.findLast(({ text }) => text.trim() !== '' && !isFrame(text))
  if (line && line.seq > (event?.seq ?? 0)) {
    return { name, text: `printed "${line.text.slice(0, 80)}"`, seq: line.seq, isLine: true }
  }
  return event
    ? { name, text: stepOf(event), seq: event.seq, event }
    : { name, text: firstSteps(app), seq: 0 }
}

function firstSteps({ connectAttempts: [attempt], envReads }: AppEvidence): string {
  if (attempt) return `tried to connect to ${attempt.host}:${attempt.port}`
  if (envReads.length > 0) return `read ${envReads.at(-1)}`
  return 'started, and nothing more was seen of it'
}

function stepOf(event: WireEvent): string {
  if (event.kind === 'open') return `opened connection ${event.connection} to Redis`
  if (event.kind === 'close') return `lost connection ${event.connection}`
  const { words, result } = describeEvent(event, 200)
  const text = words.join(' ')
  if (event.kind === 'push') return `received ${text.replace(/^<- /, '')}`
  return `sent ${text}${result ? ` ${result}` : ''}`
}
