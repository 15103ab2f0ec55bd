import {
  type Diagnosis,
  type Evidence,
  fieldsOf,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import { failed, fieldsOfFact } from '../../shared/failed-expectations.ts'

const signs = 'TODO(1) in auth.ts: signToken()'
const verifies = 'TODO(1) in auth.ts: verifyToken()'
const expires = 'TODO(2) in auth.ts: disconnectWhenExpired()'

/** What can be wrong with a token, and with an expiry. */
export const tokens: Diagnosis[] = [
  {
    id: 's10-mock-token',
    likely:
      'POST /login still answers with the mock token of step 9. Any client can make that up, for any user.',
    lookAt: signs,
    requires: (evidence) =>
      String(fieldsOfFact(evidence, 'token-jwt')['holds']).startsWith('token-of-'),
  },
  {
    id: 's10-claim-missing',
    likely: ({ fact }) =>
      `The token has no ${fact.expectation?.slice('token-'.length)} claim with that value, so an instance that verifies it cannot check it.`,
    lookAt: `${signs}; setSubject(), setIssuer(), setAudience()`,
    requires: failed('token-sub', 'token-iss', 'token-aud'),
  },
  {
    id: 's10-no-expiry',
    likely: 'The token has no "exp": it stays valid forever, also when it is stolen.',
    lookAt: `${signs}; setExpirationTime()`,
    requires: (evidence) => failed('token-exp')(evidence) && expiryOf(evidence) === undefined,
  },
  {
    id: 's10-exp-in-milliseconds',
    likely:
      '"exp" counts milliseconds, as Date.now() does. In a JWT it counts seconds, so this token expires in some 50,000 years.',
    lookAt: signs,
    requires: (evidence) => Number(expiryOf(evidence)) > 1e11,
  },
  {
    id: 's10-exp-in-the-past',
    likely: (evidence) => {
      const exp = Number(expiryOf(evidence))
      return `The token has expired when it is made: "exp" is ${exp}, which is ${new Date(exp * 1000).toISOString().slice(0, 10)}. It is a time in seconds since 1970, not how long the token is good.`
    },
    lookAt: `${signs}; setExpirationTime() takes a number for such a time, and a text like '1h' for a duration`,
    requires: (evidence) => Number(fieldsOfFact(evidence, 'token-exp')['secondsLeft']) <= 0,
  },
  {
    id: 's10-unsigned-token',
    likely:
      'POST /login answers with a token that is not signed with a shared secret: any client can make such a token, or another key is needed to verify it.',
    lookAt: `${signs}; setProtectedHeader({ alg: 'HS256' })`,
    requires: failed('token-alg'),
  },
  {
    id: 's10-secret-per-process',
    likely:
      'Each instance signs with a key of its own, so the others refuse its tokens, and so does the same instance after a restart.',
    lookAt: 'TODO(1) in auth.ts: secretKey(), which takes the key from JWT_SECRET',
    requires: (evidence) =>
      fieldsOfFact(evidence, 'token-signature')['acceptedElsewhere'] === false,
  },
  {
    id: 's10-other-secret',
    likely:
      'The key is not the bytes of JWT_SECRET: it is hard-coded, or made of JWT_SECRET in another way, such as a hash.',
    lookAt: 'TODO(1) in auth.ts: secretKey(); new TextEncoder().encode() makes bytes of a text',
    requires: (evidence) =>
      fieldsOfFact(evidence, 'token-signature')['acceptedElsewhere'] === true,
  },
  {
    id: 's10-good-token-refused',
    likely:
      'onAuth refuses a token that this app has signed itself. What you demand of a token and what you put into it differ.',
    lookAt: `${verifies}, and what onAuth passes to it`,
    requires: ({ fact }) => fact.kind === 'socket-refused',
  },
  {
    id: 's10-dropped-at-once',
    likely:
      'A device is disconnected as soon as it is connected, although its token has just been made. "exp" counts seconds, Date.now() milliseconds.',
    lookAt: expires,
    requires: failed('dropped-at-once'),
  },
  {
    id: 's10-no-token-accepted',
    likely:
      'A device without a token is connected, too. Only next(error) in io.use() refuses a device; disconnecting it later is not the same.',
    lookAt: 'onAuth() in auth.ts',
    requires: (evidence) => accepted(evidence).includes('missing'),
  },
  {
    id: 's10-mock-still-accepted',
    likely: 'The mock tokens of step 9 are still accepted, beside the signed ones.',
    lookAt: verifies,
    requires: (evidence) =>
      accepted(evidence).includes('one of step 9') && !accepted(evidence).includes('missing'),
  },
  {
    id: 's10-decode-only',
    likely:
      'You read the user from the token without checking the signature. Any client can write a token.',
    lookAt: `${verifies}; jwtVerify() checks, decodeJwt() only reads`,
    requires: (evidence) =>
      accepted(evidence).includes('signed with another secret') &&
      !accepted(evidence).includes('missing'),
  },
  {
    id: 's10-none-accepted',
    likely:
      'A token with "alg":"none" is accepted: you let the header of the token choose how it is verified.',
    lookAt: `${verifies}; the option algorithms`,
    requires: (evidence) =>
      accepted(evidence).includes('unsigned (alg: none)') &&
      !accepted(evidence).includes('signed with another secret'),
  },
  {
    id: 's10-expired-accepted',
    likely: 'The signature is checked, and "exp" is not.',
    lookAt: verifies,
    requires: (evidence) =>
      accepted(evidence).includes('expired') &&
      !accepted(evidence).includes('signed with another secret'),
  },
  {
    id: 's10-any-audience',
    likely:
      'A token for another `aud` is accepted: one that was made with the same secret for another purpose, such as resetting a password.',
    lookAt: `${verifies}; the option of jwtVerify() that compares \`aud\` is called \`audience\`. It ignores options that it does not know`,
    requires: (evidence) => accepted(evidence).join() === 'for another aud',
  },
  {
    id: 's10-refused-in-state',
    likely:
      'A device that was refused is in the state: it was added before its token was verified.',
    lookAt: 'where socketsState.add() is called',
    requires: failed('state-refused'),
  },
  {
    id: 's10-timer-overflow',
    likely:
      'setTimeout() cannot wait longer than 24.8 days (2³¹ - 1 ms). A longer timer fires at once.',
    lookAt: expires,
    offTheWire: true,
    requires: (evidence) =>
      failed('expiry-long')(evidence) &&
      evidence.apps.some((app) => stderrMatches(app, /TimeoutOverflowWarning/)),
  },
  {
    id: 's10-long-timer-cut',
    likely:
      'A timer disconnects the device when it fires, although its token is good for longer: a timer waits for 24.8 days at most.',
    lookAt: `${expires}; what the timer does when it fires: look at the clock again, and wait for the rest`,
    offTheWire: true,
    requires: failed('expiry-long-timer'),
  },
  {
    id: 's10-long-timer-once',
    likely:
      'A timer of at most 24.8 days has fired, and no other one waits for the rest, so the device stays connected when its token expires.',
    lookAt: `${expires}; what the timer does when it fires`,
    offTheWire: true,
    requires: failed('expiry-long-end'),
  },
  {
    id: 's10-never-dropped',
    likely:
      'The device is still connected seconds after its token has expired: either no timer disconnects it, or the timer waits for another time than the "exp" of the token.',
    lookAt: `${expires}; and expiresAt in verifyToken(), which is exp * 1000`,
    offTheWire: true,
    requires: ({ fact }) =>
      fact.kind === 'socket-state' &&
      fact.expected === 'disconnected' &&
      fact.expectation !== 'expiry-long-end',
  },
]

function accepted(evidence: Evidence): readonly unknown[] {
  const { accepted: all } = fieldsOfFact(evidence, 'bad-token')
  return Array.isArray(all) ? all : []
}

function expiryOf(evidence: Evidence): unknown {
  return fieldsOf(fieldsOfFact(evidence, 'token-exp')['payload'])['exp']
}
