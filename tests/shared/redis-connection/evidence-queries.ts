import { RespError } from '../../../workshop/proxy/index.ts'
import {
  type AppEvidence,
  type Evidence,
  type LegacyEvidence,
  commands,
} from '../../../workshop/check/suite.ts'

// What can be read in the evidence of one program, in the words of steps 1 and 2.

const variables = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL']

/** A look at the one program that a failure is about. */
export type Look = (program: AppEvidence, evidence: LegacyEvidence) => boolean

/** Makes of a look at the program what a diagnosis asks of the evidence. */
export function about(look: Look): (evidence: LegacyEvidence) => boolean {
  return (evidence) => evidence.about !== undefined && look(evidence.about, evidence)
}

/** The same for a diagnosis that reads facts. */
export function aboutApp(look: (app: AppEvidence) => boolean): (evidence: Evidence) => boolean {
  return ({ app }) => app !== undefined && look(app)
}

/** The variables that were set for it, in the order in which they count. */
export function given({ env }: AppEvidence): string[] {
  return variables.filter((name) => env[name])
}

/** Which of the variables it looked at. */
export function lookedAt({ envReads }: AppEvidence): string[] {
  return variables.filter((name) => envReads.includes(name))
}

/** The URL it should have used; nothing when there is none, or a malformed one. */
export function urlOf(program: AppEvidence): URL | undefined {
  const [name = ''] = given(program)
  const text = program.env[name] ?? ''
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Whether it printed a line like this. */
export function said(
  { lines }: AppEvidence,
  pattern: RegExp,
  where?: 'stdout' | 'stderr',
): boolean {
  return lines.some(
    ({ stream, text }) => pattern.test(text) && (where === undefined || stream === where),
  )
}

/** Whether it printed the stack of an error. */
export function trace(program: AppEvidence): boolean {
  return said(program, /^\s+at \S/, 'stderr')
}

/** Whether an error that nobody caught ended it. */
export function uncaught(program: AppEvidence): boolean {
  return said(program, /^Node\.js v\d/, 'stderr')
}

/** Whether it opened a connection to its Redis. */
export function connected({ wire }: AppEvidence): boolean {
  return wire.some(({ kind }) => kind === 'open')
}

/** How many connections it has opened to its Redis. */
export function opens({ wire }: AppEvidence): number {
  return wire.filter(({ kind }) => kind === 'open').length
}

/** Whether a connection of it is still open. */
export function stillConnected(program: AppEvidence): boolean {
  return opens(program) > program.wire.filter(({ kind }) => kind === 'close').length
}

/** Whether Redis answered PONG. */
export function gotPong(program: AppEvidence): boolean {
  return commands(program, 'PING').some(({ reply }) => reply === 'PONG')
}

/** Whether Redis answered with an error that begins with this word. */
export function gotError(program: AppEvidence, code: string): boolean {
  return commands(program).some(
    ({ reply }) => reply instanceof RespError && reply.code === code,
  )
}

/** Whether something odd was on its wire. */
export function odd({ wire }: AppEvidence, what: string): boolean {
  return wire.some((event) => event.kind === 'protocol-error' && event.reason === what)
}
