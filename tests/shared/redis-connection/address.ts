import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  commands,
  forApp,
} from '../../../workshop/check/suite.ts'
import {
  printed,
  protocolError,
  urlOf,
  variablesRead,
  variablesSet,
} from './evidence-queries.ts'

// Wrong ways from the environment variable to the first connection, in every step that reads one.

/** The variable is not read at all. */
export const neverRead: Diagnosis = {
  id: 's1-env-never-read',
  likely: ({ app }) =>
    app && connectsElsewhere(app)
      ? 'Your program never reads the environment variable: its address is hard-coded. On every other machine Redis has another address.'
      : `${app && variablesSet(app)[0]} is set, and your program ended without reading it, and without connecting.`,
  lookAt: ({ app }) =>
    app && connectsElsewhere(app)
      ? 'where host and port come from; the address is in `process.env`'
      : 'how the names of the variables are looked up: `process.env[name]` reads the one whose name is in `name`, `process.env.name` one that is called "name". `for (… in list)` goes through 0, 1, 2',
  requires: forApp((app) => {
    if (variablesSet(app).length === 0 || variablesRead(app).length > 0) return false
    return connectsElsewhere(app) || (endsWithoutStack(app) && app.lines.length > 0)
  }),
}

/** The variable is read, then a default is used all the same. */
export const fallbackFirst: Diagnosis = {
  id: 's1-fallback-first',
  likely:
    'Your program reads the variable, and then connects to another address: a default replaces it.',
  lookAt: 'which of the two comes first in `||` or `??`, and what is assigned afterwards',
  requires: forApp(
    (app) =>
      connectsElsewhere(app) &&
      variablesRead(app).length > 0 &&
      !app.connectAttempts.some(({ host }) => host === urlOf(app)?.hostname),
  ),
  sameCauseAs: ['s1-string-argument', 's2-url-of-one-variable'],
}

/** The URL has no port. */
export const noDefaultPort: Diagnosis = {
  id: 's1-no-default-port',
  likely:
    'The URL has no port, and you do not connect to port 6379. `new URL()` returns an empty string for a port that is missing.',
  lookAt: 'what becomes of an empty `url.port`',
  requires: forApp(
    (app, { fact }) =>
      fact.kind === 'connect-missing' &&
      urlOf(app)?.port === '' &&
      !app.connectAttempts.some(({ port }) => Number(port) === 6379),
  ),
}

/** An empty variable is taken. */
export const emptyCountsAsSet: Diagnosis = {
  id: 's1-empty-counts-as-set',
  likely:
    'REDIS_URL is empty, and you use it all the same. An empty variable counts as not set: `??` and `!== undefined` accept an empty string.',
  lookAt: 'the test that decides whether a variable is set',
  requires: forApp(usesEmpty),
}

/** Only some of the three variables are known. */
export const onlyRedisUrl: Diagnosis = {
  id: 's1-only-redis-url',
  likely: ({ app }) =>
    `${(app && variablesSet(app)[0]) ?? 'A variable'} is set, and your program does not read it. There are three variables, as each add-on sets its own.`,
  lookAt:
    'the names in `process.env`, letter by letter, and the search: does it end at the first variable that is not set?',
  requires: forApp((app) => {
    const [first = ''] = variablesSet(app)
    const others = first === 'REDIS_URL' ? variablesRead(app).length > 0 : first !== ''
    return others && !variablesRead(app).includes(first) && !usesEmpty(app) && !usesLater(app)
  }),
}

/** A later variable wins. */
export const laterWins: Diagnosis = {
  id: 's1-later-variable-wins',
  likely: ({ app }) => {
    const [first, ...others] = app ? variablesSet(app) : []
    return `${first} is set, and you use ${others.join(' or ')} instead, which is later in the list.`
  },
  lookAt:
    'the order in which the variables are tried, and when the search ends; the order of `process.env` means nothing',
  requires: forApp(usesLater),
}

/** `host` instead of `hostname`. */
export const hostIncludesPort: Diagnosis = {
  id: 's1-host-includes-port',
  likely: 'The host you connect to has the port in it: `url.host` is `HOST:PORT`.',
  lookAt: 'which property of the URL becomes the host; `url.hostname` has no port',
  requires: forApp(({ connectAttempts }) =>
    connectAttempts.some(({ host }) => /^[\w.-]+:\d+$/.test(host)),
  ),
}

/** The host is right, the port is Redis's usual one. */
export const portDropped: Diagnosis = {
  id: 's1-port-dropped',
  likely:
    'You connect to the host of the URL on port 6379, and the URL has another port. 6379 is only the default.',
  lookAt: 'what becomes of `url.port` before you connect',
  requires: forApp(
    (app) =>
      connectsElsewhere(app) &&
      variablesRead(app).length > 0 &&
      app.connectAttempts.some(
        ({ host, port }) => host === app.redis.host && Number(port) === 6379,
      ),
  ),
  sameCauseAs: ['s2-url-of-one-variable'],
}

/** The port is something else than a port. */
export const badPort: Diagnosis = {
  id: 's1-port-is-no-number',
  explainsCodeError: true,
  likely: 'What you use as the port is not a number from 0 to 65535.',
  lookAt: 'which part of the URL becomes the port',
  requires: forApp(
    (app) =>
      printed(app, /ERR_SOCKET_BAD_PORT|[Pp]ort should be|ERR_INVALID_ARG.*port/) ||
      app.connectAttempts.some(({ port }) => !Number.isInteger(Number(port))),
  ),
  sameCauseAs: ['s1-no-default-port'],
}

/** The URL is cut in the wrong place. */
export const cutByHand: Diagnosis = {
  id: 's1-url-cut-by-hand',
  likely:
    'You cut the URL in the wrong place: the host you connect to holds another part of it.',
  lookAt: 'how the host is cut out of the URL; `new URL()` does it for you',
  requires: forApp(({ connectAttempts }) =>
    connectAttempts.some(({ host }) => /[/@\s]|^rediss?:$/.test(host)),
  ),
}

/** The host of the URL is not even needed to find a Redis here. */
export const hostInTheCode: Diagnosis = {
  id: 's1-host-in-the-code',
  likely:
    'You connect to localhost, and the URL names another host. On this machine both are the same server, elsewhere they are not.',
  lookAt: 'the `host` that you connect to; without one it is localhost',
  requires: forApp(
    ({ redis, connectAttempts }, { fact }) =>
      fact.kind === 'connect-missing' &&
      redis.host !== 'localhost' &&
      connectAttempts.some(({ host, port }) => host === 'localhost' && port === redis.port),
  ),
}

/** net.connect() with a text. */
export const takenForPath: Diagnosis = {
  id: 's1-taken-for-a-path',
  likely:
    'You pass one string to `net.connect()`. Node.js takes it for the path of a socket on this machine, not for an address.',
  lookAt: 'the arguments of `net.connect()`',
  requires: forApp((app) => app.connectAttempts.length === 0 && printed(app, /\bENOENT\b/)),
}

/** The password is decoded in a URL that is put together again. */
export const builtUnencoded: Diagnosis = {
  id: 's1-url-built-unencoded',
  likely:
    'You build a URL with a decoded password in it, or decode a whole URL. The "@" and "/" of the password then end its parts too early.',
  lookAt: 'where a URL is built, or decoded before it is parsed',
  requires: forApp(
    (app) =>
      hasEncodedPassword(app) &&
      readsItsVariable(app) &&
      app.connectAttempts.every(({ host }) => host !== app.redis.host) &&
      (printed(app, invalidUrl) || connectsElsewhere(app)),
  ),
}

/** A right URL is taken for a wrong one. */
export const urlRefused: Diagnosis = {
  id: 's1-right-url-refused',
  likely: (evidence) =>
    acceptsPlain(evidence)
      ? `You reject a valid URL, and only where its username or password is percent-encoded: ${shape(evidence)}.`
      : `You reject a valid URL: ${shape(evidence)}.`,
  lookAt: (evidence) =>
    acceptsPlain(evidence)
      ? 'where the URL is decoded: after `new URL()` has parsed it, username and password alone; decoded before, its "@" and "/" end the parts too early'
      : 'what you test of the URL, and whether it is decoded before `new URL()` parses it: username and password are decoded after it',
  requires: forApp((app) => {
    const url = urlOf(app)
    const more = url !== undefined && (url.protocol === 'rediss:' || url.password !== '')
    const unused =
      app.connectAttempts.length === 0 && commands(app).length === 0 && !protocolError(app)
    const otherError = printed(app, invalidUrl) || printed(app, /tls socket option is set/)
    const ended = app.exit !== undefined && !otherError
    return more && unused && ended && readsItsVariable(app)
  }),
}

// What is special about the URL of the app.
function shape({ app }: Evidence): string {
  const url = app && urlOf(app)
  if (!url) return 'it has more parts than your code expects'
  const { protocol, username, password, host } = url
  const login = password && `${username}:${password}@`
  return `${protocol}//${login}${host}`
}

// The URL is percent-encoded, and the app called a Redis whose URL has a plain password.
function acceptsPlain({ app, apps }: Evidence): boolean {
  return (
    app !== undefined &&
    hasEncodedPassword(app) &&
    apps.some(
      (one) => /^[^%]+$/.test(urlOf(one)?.password ?? '') && one.connectAttempts.length > 0,
    )
  )
}

// What new URL() and the redis package print about a URL that they cannot parse.
const invalidUrl = /TypeError.*Invalid URL|ERR_INVALID_URL|Invalid pathname/

// It connected to the address of a later variable. One whose name is misspelt is passed over on
// the way from an earlier one to a later one.
function usesLater(app: AppEvidence): boolean {
  const [first = '', ...others] = variablesSet(app)
  const missed = variablesRead(app).includes('REDIS_URL') && !variablesRead(app).includes(first)
  const later = new Set(others.map((name) => new URL(app.env[name] ?? '').port))
  return !missed && app.connectAttempts.some(({ port }) => later.has(String(port)))
}

// An empty variable was the only one it read, and the next one is set.
function usesEmpty(app: AppEvidence): boolean {
  return (
    app.env['REDIS_URL'] === '' &&
    variablesSet(app).length > 0 &&
    variablesRead(app).join() === 'REDIS_URL'
  )
}

// It tried to connect, to well-formed addresses only, and never to that of its URL.
function connectsElsewhere(app: AppEvidence): boolean {
  const url = urlOf(app)
  const right = url?.port === '' ? 6379 : app.redis.port
  const isOther = ({ host, port }: { host: string; port: number }) =>
    /^[\w.-]*[a-z.][\w.-]*$/i.test(host) && Number.isInteger(port) && port !== right
  return (
    url !== undefined && app.connectAttempts.length > 0 && app.connectAttempts.every(isOther)
  )
}

function readsItsVariable(app: AppEvidence): boolean {
  return variablesRead(app).includes(variablesSet(app)[0] ?? '')
}

function endsWithoutStack(app: AppEvidence): boolean {
  const idle = app.connectAttempts.length === 0
  return idle && app.exit !== undefined && app.exit.code !== 0 && !printed(app, /^\s+at \S/)
}

function hasEncodedPassword(app: AppEvidence): boolean {
  return urlOf(app)?.password.includes('%') ?? false
}
