import {
  type LegacyDiagnosis,
  type AppEvidence,
  commands,
} from '../../../workshop/check/suite.ts'
import { type Login, logins } from '../logins.ts'
import { about, gotError, odd, said, urlOf } from './evidence-queries.ts'

// Is it us? What can go wrong between the URL and the moment Redis lets a program in: username,
// password, TLS. Passwords are hidden on the wire, but usernames and Redis's answers are not.

/** TLS was asked for, plain text was spoken. */
export const downgraded: LegacyDiagnosis = {
  id: 's1-rediss-downgraded',
  likely:
    'the URL begins with rediss:, and the program spoke plain text. Everybody on the way could have read the password.',
  lookAt: 'what becomes of the protocol of the URL',
  matches: about((program) => {
    const plain = program.wire.some((event) => event.kind === 'open' && !event.tls)
    return wantsTls(program) && (odd(program, 'plaintext-on-tls') || plain)
  }),
}

/** TLS was not asked for, and spoken. */
export const alwaysTls: LegacyDiagnosis = {
  id: 's1-tls-always',
  likely: 'the URL begins with redis:, and the program spoke TLS, which this Redis does not.',
  lookAt: 'what decides whether the connection is encrypted',
  matches: about((program) => odd(program, 'tls-on-plaintext')),
}

/** TLS is spoken, but the certificate is not accepted. */
export const certificateRefused: LegacyDiagnosis = {
  id: 's1-certificate-refused',
  likely:
    'TLS was spoken, and the program refused a certificate this machine trusts: it expects another name in it, or trusts a list of its own.',
  lookAt: 'the options of the TLS connection',
  matches: about(
    (program) => wantsTls(program) && said(program, /CERT|ALTNAME|certificate|altnames/i),
  ),
}

/** tls: false beside rediss: */
export const tlsContradicts: LegacyDiagnosis = {
  id: 's1-tls-option-misplaced',
  likely: 'the options say one thing about TLS, and the URL says another.',
  lookAt: '`tls` among the options of the socket; the URL alone says enough',
  matches: about((program) => said(program, /tls socket option is set to/)),
}

/** Nobody logs in. */
export const noLogin: LegacyDiagnosis = {
  id: 's1-no-auth',
  likely: 'the URL has a password, and Redis was never told: it answers NOAUTH to everything.',
  lookAt: 'what becomes of username and password of the URL',
  matches: about(
    (program) =>
      hasPassword(program) && logins(program).length === 0 && gotError(program, 'NOAUTH'),
  ),
}

/** AUTH comes too late. */
export const loginTooLate: LegacyDiagnosis = {
  id: 's1-auth-after-ping',
  likely:
    'PING was sent before AUTH. Redis takes commands in their order, and before AUTH it refuses all others.',
  lookAt: 'the order in which the commands are sent',
  matches: about((program) => {
    const [login] = logins(program)
    const [ping] = commands(program, 'PING')
    return login !== undefined && ping !== undefined && ping.seq < login.seq
  }),
}

/** AUTH without any credentials. */
export const loginWithNothing: LegacyDiagnosis = {
  id: 's1-auth-without-credentials',
  likely: 'AUTH is sent although the URL has neither a username nor a password.',
  lookAt: 'what decides whether AUTH is sent',
  matches: about((program) => {
    const url = urlOf(program)
    return url?.username === '' && url.password === '' && logins(program).length > 0
  }),
}

/** Password only. */
export const usernameDropped: LegacyDiagnosis = {
  id: 's1-username-dropped',
  likely:
    'the username of the URL was left out: Redis tried the password on its user "default".',
  lookAt: 'what becomes of the username of the URL',
  matches: refusedLogin(({ username }, url) => isDefault(username) && url.username !== ''),
}

/** Both, in the wrong places. */
export const swapped: LegacyDiagnosis = {
  id: 's1-username-and-password-swapped',
  likely: 'username and password have changed places: AUTH takes the username first.',
  lookAt: 'the order of the two in AUTH',
  matches: refusedLogin(
    ({ username }, url) =>
      url.username !== '' &&
      [url.password, decodeURIComponent(url.password)].includes(username ?? ''),
  ),
}

/** A username that is not there. */
export const inventedUsername: LegacyDiagnosis = {
  id: 's1-username-invented',
  likely:
    'the URL has no username, and one was sent all the same: Redis looked for a user of that name, even an empty one.',
  lookAt: 'what is sent when the username is empty',
  matches: refusedLogin(({ username }, url) => !isDefault(username) && url.username === ''),
}

/** ada%40paas */
export const usernameNotDecoded: LegacyDiagnosis = {
  id: 's1-username-not-decoded',
  likely:
    'the username reached Redis as it stands in the URL. There some characters are percent-encoded: %40 is an @.',
  lookAt: 'what is done to the username before it is sent',
  matches: refusedLogin(
    ({ username }, url) =>
      username === url.username && decodeURIComponent(url.username) !== url.username,
  ),
}

/** The username is another one. */
export const usernameCut: LegacyDiagnosis = {
  id: 's1-username-cut',
  likely: 'the username that reached Redis is not the whole username of the URL.',
  lookAt: 'where the username is cut out of the URL',
  matches: refusedLogin(
    ({ username }, url) => url.username !== '' && username !== decodeURIComponent(url.username),
  ),
}

/** p%40ss */
export const passwordNotDecoded: LegacyDiagnosis = {
  id: 's1-password-not-decoded',
  likely:
    'the username was right, the password not. In a URL some characters are percent-encoded, %40 is an @: Redis wants the password itself.',
  lookAt: 'what is done to the password before it is sent',
  matches: refusedLogin((_, url) => url.password.includes('%')),
}

/** The password is another one. */
export const passwordCut: LegacyDiagnosis = {
  id: 's1-password-cut',
  likely: 'what reached Redis as the password is not exactly the password of the URL.',
  lookAt: 'where the password is cut out of the URL',
  matches: refusedLogin(() => true),
}

// A login with the right URL that Redis refused.
function refusedLogin(fits: (login: Login, url: URL) => boolean): LegacyDiagnosis['matches'] {
  return about((program, { expected }) => {
    const url = urlOf(program)
    if (!url || !hasPassword(program) || /when the password is wrong/.test(expected))
      return false
    return logins(program).some((login) => login.refused && fits(login, url))
  })
}

function isDefault(username: string | undefined): boolean {
  return username === undefined || username === 'default'
}

function hasPassword(program: AppEvidence): boolean {
  return (urlOf(program)?.password ?? '') !== ''
}

function wantsTls(program: AppEvidence): boolean {
  return urlOf(program)?.protocol === 'rediss:'
}
