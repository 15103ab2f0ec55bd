import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  failUnless,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import { deviceWith, requestToken } from '../../shared/chat-devices.ts'
import { type Changes, type Jwt, forge, isSignedWith, nowSeconds, parseJwt } from './jwt.ts'

// An expiry in milliseconds looks like one in the year 50,000.
const longestLifeSeconds = 20 * 366 * 24 * 3600

/** Logs a user in, and takes the token apart. */
export async function logIn(testBed: TestBed, app: AppUnderTest, user: string): Promise<Jwt> {
  const text = await requestToken(testBed, app, user)
  const token = parseJwt(text)
  failUnless(token !== undefined, {
    ...tokenFact(app, 'jwt', 'be a JSON Web Token', text),
  })
  return token
}

/** A token has what it takes: claims, and a signature by JWT_SECRET. */
export async function expectGoodToken(
  testBed: TestBed,
  app: AppUnderTest,
  token: Jwt,
  user: string,
): Promise<void> {
  const { header, payload } = token
  const claims = JSON.stringify(payload)
  const left = Number(payload['exp'] ?? NaN) - nowSeconds()
  const claim = (name: string, good: boolean, should: string) =>
    failUnless(good, {
      ...tokenFact(app, name, `hold ${should}`, `it holds ${claims}`),
      payload,
      ...(!Number.isNaN(left) && { secondsLeft: left }),
    })
  claim('sub', payload['sub'] === user, `"sub":"${user}"`)
  claim(
    'exp',
    left > 0 && left < longestLifeSeconds,
    '"exp", in seconds since 1970 and in the future',
  )
  for (const name of ['iss', 'aud']) claim(name, payload[name] !== undefined, `"${name}"`)
  const algorithm = String(header['alg'])
  failUnless(
    /^HS(256|384|512)$/.test(algorithm),
    tokenFact(app, 'alg', 'name HS256 in its header', `its algorithm is ${algorithm}`),
  )
  if (isSignedWith(token, testBed.secret)) return
  const other = testBed.apps.find(({ name }) => name !== app.name)
  const acceptedElsewhere =
    other !== undefined && (await isAccepted(deviceWith(testBed, other, token.text)))
  const fact = tokenFact(
    app,
    'signature',
    'be signed with JWT_SECRET',
    `its signature is another one, which ${other?.name} ${acceptedElsewhere ? 'accepts' : 'refuses'}`,
  )
  throw new ExpectationFailed({ ...fact, acceptedElsewhere })
}

function tokenFact(app: AppUnderTest, part: string, should: string, received: string) {
  return {
    kind: 'token-wrong',
    expectation: `token-${part}`,
    app: app.name,
    should,
    holds: received,
  } as const
}

/** Tokens that are not good, each with the words for its device. */
export function badTokens(token: Jwt, secret: string): Record<string, string | undefined> {
  const make = (changes: Changes) => forge(token, secret, changes)
  const { text, signature, payload } = token
  const unsigned = make({ header: { alg: 'none' } })
  return {
    missing: undefined,
    'one of step 9': 'token-of-ada',
    expired: make({ payload: { exp: nowSeconds() - 60 } }),
    'unsigned (alg: none)': unsigned,
    'signed with another secret': make({ secret: 'another secret, of the same length' }),
    'for another aud': make({ payload: { aud: 'another-app' } }),
    'for another user, with the old signature': `${forge(token, '', {
      payload: { ...payload, sub: payload['sub'] === 'ada' ? 'grace' : 'ada' },
    }).replace(/[^.]*$/, '')}${signature}`,
    'cut off': text.slice(0, -4),
  }
}

/** Devices with bad tokens are refused. */
export async function expectRefusesTokens(
  testBed: TestBed,
  app: AppUnderTest,
  tokens: Record<string, string | undefined>,
): Promise<void> {
  const accepted: string[] = []
  for (const [how, token] of Object.entries(tokens)) {
    const auth = token === undefined ? {} : { token }
    const device = testBed.socketClient(app, { name: `a device whose token is ${how}`, auth })
    if (await isAccepted(device)) accepted.push(how)
  }
  failUnless(accepted.length === 0, {
    kind: 'token-accepted',
    expectation: 'bad-token',
    app: app.name,
    accepted,
  })
}

async function isAccepted(device: SocketClient): Promise<boolean> {
  try {
    await device.expectRejected()
    return false
  } catch (error) {
    if (error instanceof ExpectationFailed && error.fact.kind === 'socket-accepted') return true
    throw error
  }
}

/** GET /state counts these devices, and no others. */
export async function expectState(
  testBed: TestBed,
  app: AppUnderTest,
  devices: Record<string, number>,
  [expectation, when]: readonly [expectation: string, when: string],
): Promise<void> {
  const request = { method: 'GET', path: '/state' }
  const { status, text, json } = await testBed.httpSession().request(app, 'GET', '/state')
  const counted = fieldsOf(json['devices'])
  const all = [...Object.keys(counted), ...Object.keys(devices)]
  failUnless(
    status === 200 && all.every((user) => Number(counted[user] ?? 0) === (devices[user] ?? 0)),
    {
      kind: 'http-wrong',
      expectation,
      app: app.name,
      request,
      should: `{"devices":${JSON.stringify(devices)}}`,
      response: { status, text },
      when,
    },
  )
}

/** A device is still connected when its instance has answered a request. */
export async function expectStaysConnected(
  testBed: TestBed,
  device: SocketClient,
): Promise<void> {
  const { endpoint, name } = device
  await testBed.httpSession().request(endpoint, 'GET', '/state')
  failUnless(device.connected, {
    kind: 'socket-state',
    expectation: 'dropped-at-once',
    app: endpoint.name,
    client: name,
    expected: 'connected',
  })
}
