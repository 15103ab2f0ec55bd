import {
  type AppEvidence,
  RespError,
  type TraceLine,
  commands,
  openedConnections,
} from '../../../workshop/check/suite.ts'

// What steps 1 and 2 ask of the evidence about one app.

const variables = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL']

/** The variables that were set for it and are not empty, in the order in which they count. */
export function variablesSet({ env }: AppEvidence): string[] {
  return variables.filter((name) => env[name])
}

/** Which of the variables it read. */
export function variablesRead({ envReads }: AppEvidence): string[] {
  return variables.filter((name) => envReads.includes(name))
}

/** The URL it should have used; nothing when there is none, or a malformed one. */
export function urlOf(app: AppEvidence): URL | undefined {
  const [name = ''] = variablesSet(app)
  const text = app.env[name] ?? ''
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Whether it printed a line like this, on stdout or stderr. */
export function printed({ lines }: AppEvidence, pattern: RegExp): boolean {
  return lines.some(({ text }) => pattern.test(text))
}

/** Whether an error that no code caught ended it. */
export function threw({ lines }: AppEvidence): boolean {
  return lines.some(({ stream, text }) => stream === 'stderr' && /^Node\.js v\d/.test(text))
}

/** Whether it opened a connection to its Redis. */
export function connected(app: AppEvidence): boolean {
  return openedConnections(app).length > 0
}

/** Whether a connection of it is still open. */
export function stillConnected(app: AppEvidence): boolean {
  const closed = app.wire.filter(({ kind }) => kind === 'close').length
  return openedConnections(app).length > closed
}

/** Where in the trace Redis first replied PONG. */
export function pongSeq(app: AppEvidence): number | undefined {
  return commands(app, 'PING').find(({ reply }) => reply === 'PONG')?.replySeq
}

/** Whether Redis replied PONG. */
export function gotPong(app: AppEvidence): boolean {
  return pongSeq(app) !== undefined
}

/** Whether Redis replied with an error. @param code its first word; any when missing */
export function gotError(app: AppEvidence, code?: string): boolean {
  return commands(app).some(
    ({ reply }) => reply instanceof RespError && (code === undefined || reply.code === code),
  )
}

/** Whether something other than Redis's protocol was on its wire. */
export function protocolError({ wire }: AppEvidence, reason?: string): boolean {
  return wire.some(
    (event) =>
      event.kind === 'protocol-error' && (reason === undefined || event.reason === reason),
  )
}

/** The first line like this that it printed, wherever. */
export function firstLine({ lines }: AppEvidence, pattern: RegExp): TraceLine | undefined {
  return lines.find(({ text }) => pattern.test(text))
}
