import {
  type Diagnosis,
  type LegacyDiagnosis,
  type AppEvidence,
  commands,
  wrongAddress,
} from '../../../workshop/check/suite.ts'
import { aboutApp, given, lookedAt, said, urlOf } from './evidence-queries.ts'

// Where is Redis? What can go wrong between the config var and the first packet, in every
// step that has to find out.

/** The variable is not read at all. */
export const neverRead: Diagnosis = {
  id: 's1-env-never-read',
  likely:
    'the address stands in the code: the program never looked at the variable. Every place it runs in has its Redis somewhere else.',
  lookAt: 'where host and port come from',
  requires: aboutApp((program) => {
    if (given(program).length === 0 || lookedAt(program).length > 0) return false
    return strayed(program) || (endsWithoutStack(program) && program.lines.length > 0)
  }),
}

/** The variable is read, then a default is used all the same. */
export const fallbackFirst: Diagnosis = {
  id: 's1-fallback-first',
  likely:
    'the variable is read, and another address is used all the same: a default wins over it.',
  lookAt: 'which of the two stands first, and what is assigned afterwards',
  requires: aboutApp(
    (program) =>
      strayed(program) && lookedAt(program).length > 0 && !dialsItsHost(program, '6379'),
  ),
}

/** The URL has no port. */
export const noDefaultPort: Diagnosis = {
  id: 's1-no-default-port',
  likely:
    'The URL has no port, and you do not connect to port 6379. `new URL()` returns an empty string for a port that is missing.',
  lookAt: 'what becomes of an empty `port`',
  requires: aboutApp((program) => {
    const url = urlOf(program)
    return (
      url?.port === '' && !program.connectAttempts.some(({ port }) => Number(port) === 6379)
    )
  }),
}

/** An empty variable is taken. */
export const emptyCountsAsSet: Diagnosis = {
  id: 's1-empty-counts-as-set',
  likely:
    'REDIS_URL is empty, and you took it all the same. An empty variable counts as not set: `??` and `!== undefined` accept an empty string.',
  lookAt: 'how the program finds out whether a variable is set',
  requires: aboutApp(
    (program) =>
      program.env['REDIS_URL'] === '' &&
      given(program).length > 0 &&
      lookedAt(program).join() === 'REDIS_URL',
  ),
}

/** Only some of the three variables are known. */
export const onlyRedisUrl: Diagnosis = {
  id: 's1-only-redis-url',
  likely:
    'one of the three variables is never looked at, or under another name. Each add-on sets its own.',
  lookAt: 'the names of the variables, letter by letter',
  requires: aboutApp((program) => {
    const [first = ''] = given(program)
    const others = first === 'REDIS_URL' ? lookedAt(program).length > 0 : first !== ''
    return others && !lookedAt(program).includes(first)
  }),
}

/** A later variable wins. */
export const laterWins: Diagnosis = {
  id: 's1-later-variable-wins',
  likely: 'several variables are set, and it took a later one. The first one should win.',
  lookAt: 'the order in which the variables are tried, and when the search ends',
  requires: aboutApp((program) => {
    const [first = '', ...others] = given(program)
    const ports = others.map((name) => Number(new URL(program.env[name] ?? '').port))
    // A misspelt name is passed over on the way from an earlier one to a later one.
    const missed = lookedAt(program).includes('REDIS_URL') && !lookedAt(program).includes(first)
    return (
      !missed &&
      ports.some((later) => program.connectAttempts.some(({ port }) => port === later))
    )
  }),
}

/** `host` instead of `hostname`. */
export const hostIncludesPort: Diagnosis = {
  id: 's1-host-includes-port',
  likely:
    'the port is part of what was connectAttempts as the host. A URL object knows the host in two forms, and one has the port on it.',
  lookAt: 'which property of the URL becomes the host',
  requires: aboutApp(({ connectAttempts }) =>
    connectAttempts.some(({ host }) => /^[\w.-]+:\d+$/.test(host)),
  ),
}

/** The host is right, the port is Redis's usual one. */
export const portDropped: Diagnosis = {
  id: 's1-port-dropped',
  likely:
    'the host is that of the URL, the port is not: 6379 is only what Redis takes when nobody says otherwise.',
  lookAt: 'what becomes of the port of the URL on its way to the connection',
  requires: aboutApp((program) => strayed(program) && dialsItsHost(program, '6379')),
}

/** The port is something else than a port. */
export const badPort: Diagnosis = {
  id: 's1-port-is-no-number',
  likely: 'what is handed over as the port is no number between 0 and 65535.',
  lookAt: 'which part of the URL becomes the port',
  requires: aboutApp(
    (program) =>
      said(program, /ERR_SOCKET_BAD_PORT|[Pp]ort should be|ERR_INVALID_ARG.*port/) ||
      program.connectAttempts.some(({ port }) => !Number.isInteger(port)),
  ),
}

/** The URL is cut in the wrong place. */
export const cutByHand: Diagnosis = {
  id: 's1-url-cut-by-hand',
  likely:
    'the URL was cut in the wrong place: what was connectAttempts as the host holds another piece of it.',
  lookAt: 'how the host is cut out of the text; Node knows how to take a URL apart',
  requires: aboutApp(({ connectAttempts }) =>
    connectAttempts.some(({ host }) => /[/@\s]|^rediss?:?$/.test(host)),
  ),
}

/** The host of the URL is not even needed to find a Redis here. */
export const hostInTheCode: LegacyDiagnosis = {
  id: 's1-host-in-the-code',
  likely:
    'it called at localhost, and the URL names another host. Here that is the same machine, elsewhere it is not.',
  lookAt: 'which host the socket is given; without one it takes localhost',
  matches: ({ expected }) => expected.includes('the host of its URL'),
}

/** net.connect() with a text. */
export const takenForPath: Diagnosis = {
  id: 's1-taken-for-a-path',
  likely:
    'net.connect() was given one text. It takes that for the path of a socket on this machine, not for an address.',
  lookAt: 'what net.connect() is given',
  requires: aboutApp(
    (program) => program.connectAttempts.length === 0 && said(program, /\bENOENT\b/),
  ),
}

/** The password stands decoded in a URL that is put together again. */
export const builtUnencoded: Diagnosis = {
  id: 's1-url-built-unencoded',
  likely:
    'a URL was put together from pieces, with the password as it is. Its "@" and "/" then cut the URL in the wrong places.',
  lookAt: 'where a URL is built, or taken apart a second time',
  requires: aboutApp(
    (program) =>
      hasSpecialCharacters(program) &&
      program.connectAttempts.every(({ host }) => host !== program.redis.host) &&
      (said(program, /Invalid (URL|pathname)|ERR_INVALID_URL/) || strayed(program)),
  ),
}

/** A right URL is taken for a wrong one. */
export const urlRefused: Diagnosis = {
  id: 's1-right-url-refused',
  likely:
    'the URL is right, and the program took it for a wrong one: it expects fewer parts, or plainer ones, than a URL may have.',
  lookAt: 'how the URL is taken apart: rediss:, a username, a password with % in it',
  requires: aboutApp((program) => {
    const url = urlOf(program)
    const more = url && (url.protocol === 'rediss:' || url.password !== '')
    const silent = program.connectAttempts.length === 0 && commands(program).length === 0
    return Boolean(more) && silent && lookedAt(program).length > 0 && program.exit !== undefined
  }),
}

function strayed(program: AppEvidence): boolean {
  return urlOf(program) !== undefined && wrongAddress(program) !== undefined
}

function dialsItsHost({ connectAttempts, redis }: AppEvidence, port: string): boolean {
  return connectAttempts.some(({ host, port: p }) => host === redis.host && String(p) === port)
}

function endsWithoutStack(program: AppEvidence): boolean {
  const idle = program.connectAttempts.length === 0
  return (
    idle &&
    program.exit?.code !== 0 &&
    program.exit !== undefined &&
    !said(program, /^\s+at \S/)
  )
}

function hasSpecialCharacters(program: AppEvidence): boolean {
  return urlOf(program)?.password.includes('%') ?? false
}
