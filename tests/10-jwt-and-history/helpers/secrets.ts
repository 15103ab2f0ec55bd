import {
  type AppUnderTest,
  ExpectationFailed,
  type TestBed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { type Jwt, forge, nowSeconds } from './jwt.ts'
import { connectWith, deviceWith } from '../../shared/chat-devices.ts'
import { getHistory, sendMessage } from '../../shared/chat-messages.ts'

const shortSecret = 'one byte too short for HS256 :('
const longEnough = `${shortSecret}(`

/** Without a secret, and with one of 31 bytes, an instance does not start; with 32 it does. */
export async function expectNeedsSecret(testBed: TestBed): Promise<void> {
  const start = (name: string, secret: string | undefined) =>
    testBed.start(name, { vars: (url) => ({ REDIS_URL: url, JWT_SECRET: secret }) })
  const [none, short, enough] = await Promise.all([
    start('web.1', undefined),
    start('web.2', shortSecret),
    start('web.3', longEnough),
  ])
  await expectRefusesToStart(none, 'no-secret', 'when JWT_SECRET is not set')
  await expectRefusesToStart(short, 'short-secret', 'when JWT_SECRET has 31 bytes')
  const [line] = short.outputLines(shortSecret)
  failUnless(line === undefined, {
    kind: 'output-unexpected',
    expectation: 'short-secret',
    app: short.name,
    text: shortSecret,
    line: line?.text ?? '',
  })
  await enough.waitForHttp({ when: 'with a JWT_SECRET of 32 bytes' })
}

async function expectRefusesToStart(
  app: AppUnderTest,
  expectation: string,
  when: string,
): Promise<void> {
  const base = { expectation, app: app.name, when }
  const { code, signal } = await app.waitUntil(
    { kind: 'exit-missing', withinMs: 5_000, ...base },
    () => app.instance.exit,
    { shortenWhen: () => app.instance.listening.length > 0 },
  )
  failUnless(code === 1, { kind: 'exit-wrong', expected: 1, code, signal, ...base })
  const text = 'JWT_SECRET'
  const named = app.outputLines(text).find(({ stream }) => stream === 'stderr')
  failUnless(named !== undefined, { kind: 'output-missing', text, seen: 0, ...base })
  failUnless(!app.instance.lines.some((line) => /^\s+at \S/.test(line.text)), {
    kind: 'cause-line',
    problem: 'stack',
    line: named.text,
    ...base,
  })
}

/** Tokens, good and bad, pass through an instance. It keeps them and the secret to itself. */
export async function expectKeepsSecrets(
  testBed: TestBed,
  app: AppUnderTest,
  token: Jwt,
): Promise<void> {
  const forged = forge(token, 'another secret, of the same length', {})
  const expired = forge(token, testBed.secret, { payload: { exp: nowSeconds() - 60 } })
  const ada = await connectWith(testBed, app, token.text)
  for (const bad of [forged, expired]) {
    await deviceWith(testBed, app, bad).expectRejected()
    await getHistory(testBed, app, bad, '/history?with=grace')
  }
  await getHistory(testBed, app, token.text, '/history?with=grace')
  await sendMessage(ada, { to: 'grace', text: 'what was printed is printed by now' })
  const secrets = {
    secret: [testBed.secret],
    token: [token.text, forged, expired].map((text) => text.slice(text.lastIndexOf('.') + 1)),
  }
  for (const [what, texts] of Object.entries(secrets)) {
    const has = (text: string) => texts.some((one) => text.includes(one))
    const leak = (where: 'printed' | 'sent') =>
      new ExpectationFailed({
        kind: 'secret-leaked',
        expectation: `${what}-${where}`,
        app: app.name,
        what: what === 'token' ? 'token' : 'secret',
        where,
      })
    if (app.instance.lines.some(({ text }) => has(text))) throw leak('printed')
    if (app.wire.some((event) => 'args' in event && event.args.some(has))) throw leak('sent')
  }
}
