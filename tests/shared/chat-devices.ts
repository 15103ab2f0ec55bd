import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../workshop/check/suite.ts'

// What the suites of steps 10 and later share: devices of users who log in.

const login = { method: 'POST', path: '/login' }

/** Logs a user in. @returns the token as it came */
export async function requestToken(
  testBed: TestBed,
  app: AppUnderTest,
  user: string,
): Promise<string> {
  const payload = { json: { user } }
  const { status, text, json } = await testBed
    .httpSession()
    .request(app, login.method, login.path, payload)
  const token = json['token']
  failUnless(status < 300 && typeof token === 'string', {
    kind: 'http-wrong',
    expectation: 'login',
    app: app.name,
    request: login,
    should: '{"token":"…"}',
    response: { status, text },
  })
  return token
}

/** A device of a user who logs in at this instance, connected to it. */
export async function join(
  testBed: TestBed,
  app: AppUnderTest,
  user: string,
  more: { device?: string; lastId?: unknown } = {},
): Promise<SocketClient> {
  const token = await requestToken(testBed, app, user)
  return connectWith(testBed, app, token, { user, ...more })
}

/** A device that has a token already. */
export function deviceWith(
  testBed: TestBed,
  app: AppUnderTest,
  token: string,
  { user = 'ada', device = 'device', lastId }: DeviceOptions = {},
): SocketClient {
  const auth = lastId === undefined ? { token } : { token, lastId }
  return testBed.socketClient(app, { name: `${user}'s ${device}`, auth })
}

interface DeviceOptions {
  user?: string
  device?: string
  lastId?: unknown
}

/** The same, connected. */
export function connectWith(
  testBed: TestBed,
  app: AppUnderTest,
  token: string,
  options: DeviceOptions = {},
): Promise<SocketClient> {
  return deviceWith(testBed, app, token, options).connect()
}
