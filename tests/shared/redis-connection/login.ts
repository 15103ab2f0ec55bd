import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  RespError,
  commands,
  forApp,
} from '../../../workshop/check/suite.ts'
import { type Login, isLogin, logins } from '../logins.ts'
import { gotError, printed, protocolError, urlOf } from './evidence-queries.ts'

// Wrong ways from the URL to a login that Redis accepts: username, password, TLS. Passwords are
// hidden on the wire, but usernames and the replies of Redis are not.

/** TLS was asked for, plain text was sent. */
export const downgraded: Diagnosis = {
  id: 's1-rediss-downgraded',
  likely:
    'The URL starts with rediss:, and you do not use TLS. The password crosses the network as plain text.',
  lookAt: 'what becomes of `url.protocol`',
  requires: forApp((app) => {
    const plain = app.wire.some((event) => event.kind === 'open' && !event.tls)
    return wantsTls(app) && (protocolError(app, 'plaintext-on-tls') || plain)
  }),
}

/** TLS was not asked for, and used. */
export const alwaysTls: Diagnosis = {
  id: 's1-tls-always',
  likely: 'The URL starts with redis:, and you use TLS, which this Redis does not.',
  lookAt: 'the condition that turns TLS on',
  requires: forApp((app) => protocolError(app, 'tls-on-plaintext')),
}

/** TLS is used, but the certificate is not accepted. */
export const certificateRefused: Diagnosis = {
  id: 's1-certificate-refused',
  likely:
    'You use TLS, and reject a certificate that this machine trusts: your options name another server, or trust other authorities.',
  lookAt: '`servername`, `ca` and `checkServerIdentity` of the TLS connection',
  requires: forApp(
    (app) => wantsTls(app) && printed(app, /CERT|ALTNAME|certificate|altnames/i),
  ),
}

/** tls: false beside rediss: */
export const tlsContradicts: Diagnosis = {
  id: 's1-tls-option-misplaced',
  likely: 'Your `tls` option contradicts the URL.',
  lookAt: '`tls` in the `socket` options; the URL alone is enough',
  requires: forApp((app) => printed(app, /tls socket option is set to/)),
}

/** No login at all. */
export const noLogin: Diagnosis = {
  id: 's1-no-auth',
  likely: ({ app }) =>
    `The URL has a password${app && urlOf(app)?.username === '' ? ' and no username' : ''}, and you never send it: Redis replies NOAUTH.`,
  lookAt: byHandOrOptions(
    'what becomes of `url.username` and `url.password`, and the condition for sending AUTH',
  ),
  requires: forApp(
    (app) => hasPassword(app) && logins(app).length === 0 && gotError(app, 'NOAUTH'),
  ),
}

/** AUTH on one connection, PING on another. */
export const loginElsewhere: Diagnosis = {
  id: 's1-auth-on-other-connection',
  likely:
    'You log in on one connection and send PING on another one. A login counts for its own connection alone.',
  lookAt: 'where the socket is opened: once, for both commands',
  requires: forApp((app) => pingElsewhere(app) !== undefined),
  shows: ({ app }) => (app ? [...commands(app).filter(isLogin), pingElsewhere(app)] : []),
}

/** AUTH comes too late. */
export const loginTooLate: Diagnosis = {
  id: 's1-auth-after-ping',
  likely:
    'You send PING before AUTH. Redis executes commands in their order and rejects all others before AUTH.',
  lookAt: 'the order in which the commands are written',
  requires: forApp((app) => {
    const [login] = logins(app)
    const [ping] = commands(app, 'PING')
    return login !== undefined && ping !== undefined && ping.seq < login.seq
  }),
}

/** AUTH without any credentials. */
export const loginWithNothing: Diagnosis = {
  id: 's1-auth-without-credentials',
  likely: 'You send AUTH although the URL has neither a username nor a password.',
  lookAt: 'the condition for sending AUTH',
  requires: forApp((app) => {
    const url = urlOf(app)
    return url?.username === '' && url.password === '' && logins(app).length > 0
  }),
}

/** Password only. */
export const usernameDropped: Diagnosis = {
  id: 's1-username-dropped',
  likely: ({ app }) =>
    app && commands(app, 'AUTH').some(({ args }) => args.length === 1)
      ? 'You send AUTH with one argument, so Redis takes it for the password of its user "default". The URL has a username: AUTH needs both, as two arguments.'
      : 'You log in as the user "default" of Redis, and the URL has another username.',
  lookAt: byHandOrOptions(
    'what becomes of `url.username`; AUTH takes the username first, then the password',
  ),
  requires: refusedLogin(({ username }, url) => isDefault(username) && url.username !== ''),
}

/** Both, in the wrong places. */
export const swapped: Diagnosis = {
  id: 's1-username-and-password-swapped',
  likely: 'You swapped username and password.',
  lookAt: byHandOrOptions('the order of the two: AUTH takes the username first'),
  requires: refusedLogin(({ username }, url) => isPasswordOf(url, username)),
}

/** A username that is not there. */
export const inventedUsername: Diagnosis = {
  id: 's1-username-invented',
  likely:
    'The URL has no username, and you send one all the same: Redis looks for a user of that name, even an empty one.',
  lookAt: 'what is sent when `url.username` is empty',
  requires: refusedLogin(({ username }, url) => !isDefault(username) && url.username === ''),
}

/** ada%40paas */
export const usernameNotDecoded: Diagnosis = {
  id: 's1-username-not-decoded',
  likely:
    'You send the username with the %40 that it has in the URL: that is an encoded @, and Redis expects the @.',
  lookAt:
    'what is done to `url.username` and `url.password`; `decodeURIComponent()` decodes both',
  requires: refusedLogin(
    ({ username }, url) =>
      username === url.username && decodeURIComponent(url.username) !== url.username,
  ),
}

/** The username is another one. */
export const usernameCut: Diagnosis = {
  id: 's1-username-cut',
  likely: 'The username that you send is not the whole username of the URL.',
  lookAt: 'where the username is cut out of the URL',
  requires: refusedLogin(
    ({ username }, url) =>
      url.username !== '' &&
      !isDefault(username) &&
      !isPasswordOf(url, username) &&
      username !== url.username &&
      !isUsernameOf(url, username),
  ),
}

/** p%40ss */
export const passwordNotDecoded: Diagnosis = {
  id: 's1-password-not-decoded',
  likely:
    'Your username is right and your password is not, while a plain password worked. In the URL it is percent-encoded, as there is an @ and a colon in it, and what you send is not what `decodeURIComponent()` makes of `url.password`.',
  lookAt:
    'what is done to `url.password`: is it decoded, all of it, once, and after the URL was split?',
  requires: refusedLogin(
    ({ username }, url, { apps }) =>
      isUsernameOf(url, username) && url.password.includes('%') && apps.some(usesPlainPassword),
  ),
}

/** A + that became a space. */
export const plusDecoded: Diagnosis = {
  id: 's1-plus-decoded',
  likely:
    'Redis refuses your password only where the URL has a + in it. A + means a space in the data of a form; in the password of a URL it is a +.',
  lookAt: 'what is done to `url.password`: `decodeURIComponent()` leaves a + as it is',
  requires: refusedLogin(
    ({ username }, url, { apps }) =>
      isUsernameOf(url, username) && url.password.includes('+') && apps.some(usesPlainPassword),
  ),
}

/** The password is another one. */
export const passwordCut: Diagnosis = {
  id: 's1-password-cut',
  likely: 'What you send as the password is not exactly the password of the URL.',
  lookAt: 'where the password is cut out of the URL',
  requires: refusedLogin(
    ({ username }, url) =>
      (isUsernameOf(url, username) || (isDefault(username) && url.username === '')) &&
      !/[%+]/.test(url.password),
  ),
}

// The package logs in with HELLO, and takes both from the URL or from options of its own.
function byHandOrOptions(byHand: string): (evidence: Evidence) => string {
  return ({ app }) =>
    app && commands(app, 'HELLO').length > 0
      ? `the options of \`createClient()\`: \`url\` contains both; without it they are the options \`username\` and \`password\``
      : byHand
}

// A PING without a login on its connection, when another connection has logged in.
function pingElsewhere(app: AppEvidence) {
  const logged = new Set(
    commands(app)
      .filter(isLogin)
      .map(({ connection }) => connection),
  )
  return logged.size === 0
    ? undefined
    : commands(app, 'PING').find(
        ({ connection, reply }) =>
          !logged.has(connection) && reply instanceof RespError && reply.code === 'NOAUTH',
      )
}

// Redis refused the login of an app whose URL is right, so that its PING got no PONG.
function refusedLogin(
  fits: (login: Login, url: URL, evidence: Evidence) => boolean,
): Diagnosis['requires'] {
  return forApp((app, evidence) => {
    const { fact } = evidence
    const url = urlOf(app)
    if (!url || !hasPassword(app) || fact.kind !== 'command-missing') return false
    return logins(app).some((login) => login.refused && fits(login, url, evidence))
  })
}

function isDefault(username: string | undefined): boolean {
  return username === undefined || username === 'default'
}

function isUsernameOf(url: URL, username: string | undefined): boolean {
  return url.username !== '' && username === decodeURIComponent(url.username)
}

function isPasswordOf(
  { password, username: name }: URL,
  username: string | undefined,
): boolean {
  return name !== '' && [password, decodeURIComponent(password)].includes(username ?? '')
}

function usesPlainPassword(app: AppEvidence): boolean {
  const plain = hasPassword(app) && !urlOf(app)?.password.includes('%')
  return plain && logins(app).some(({ accepted }) => accepted)
}

function hasPassword(app: AppEvidence): boolean {
  return (urlOf(app)?.password ?? '') !== ''
}

function wantsTls(app: AppEvidence): boolean {
  return urlOf(app)?.protocol === 'rediss:'
}
