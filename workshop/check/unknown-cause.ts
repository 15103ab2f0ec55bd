import { type WireEvent, describeEvent, isHandshake } from '../proxy/index.ts'
import { type AppEvidence, type Evidence, describeExit, relevantApps } from './evidence.ts'
import type { CompilerError } from './type-errors.ts'

/**
 * What is stated when no diagnosis fits: that the cause is unknown, and the last thing that did
 * happen on the way to what was expected. No mechanism is claimed.
 *
 * @param typeError the first one of the learner's files
 */
export function unknownCause(
  evidence: Evidence,
  typeError: CompilerError | undefined,
): { likely: string; lookAt: string } {
  const apps = evidence.app ? [evidence.app] : relevantApps(evidence)
  const last = apps.map((app) => `${app.name} ${lastStep(app)}`).slice(0, 2)
  const likely = ['The cause is unknown to this check.']
  if (last.length > 0) likely.push(`The last that happened: ${last.join('; ')}.`)
  if (typeError) {
    const { file, line, column } = typeError
    likely.push('TypeScript reports an error in your files.')
    return { likely: likely.join(' '), lookAt: `${file}:${line}:${column}, and what follows` }
  }
  const [todo] = evidence.openTodos
  const next = todo ?? 'the code that runs after that'
  return { likely: likely.join(' '), lookAt: `${next}; \`npm run hint\`` }
}

/** The last thing that was seen of an app: a command, a message, a line, its end. */
export function lastStep(app: AppEvidence): string {
  const { exit, exitSeq = Infinity } = app
  if (exit && !app.signalled) return `ended with ${describeExit(exit)}`
  const event = app.wire.findLast((one) => !isHandshake(one) && one.seq < exitSeq)
  const line = app.lines.findLast(({ text }) => text.trim() !== '')
  if (line && line.seq > (event?.seq ?? 0)) return `printed "${line.text.slice(0, 80)}"`
  if (event) return stepOf(event)
  const [attempt] = app.connectAttempts
  if (attempt) return `tried to connect to ${attempt.host}:${attempt.port}`
  if (app.envReads.length > 0) return `read ${app.envReads.at(-1)}`
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
