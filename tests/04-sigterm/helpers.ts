import { once } from 'node:events'
import {
  expectHandledOnce,
  publishTo,
  startAnnounced,
  started,
  stopped,
} from '../shared/announcements.ts'
import {
  type AppUnderTest,
  type TestBed,
  attempt,
  commandRef,
  failUnless,
  hasFields,
  resemblesPublish,
} from '../../workshop/check/suite.ts'

const withinMs = 2_000

/** Starts an instance; waits until its own message reaches it and, if ever, it handles SIGTERM. */
export async function startReady(testBed: TestBed, name: string): Promise<AppUnderTest> {
  const app = await startAnnounced(testBed, name)
  await app.poll(1_000, () => app.receivedMessages(name, 'started')[0])
  await app.poll(1_000, () => handlesSigterm(app) || undefined)
  return app
}

/** Sends it SIGTERM twice, the second time while its `stopped` message is on the way. */
export async function sendSignalTwice(app: AppUnderTest): Promise<void> {
  const release = holdStopped(app) // so that the signal arrives again during the shutdown
  app.sendSignal('SIGTERM')
  try {
    await waitForStopped(app)
    app.sendSignal('SIGTERM')
    const exit = await app.poll(150, () => app.instance.exit)
    failUnless(exit?.signal !== 'SIGTERM', {
      kind: 'exit-unexpected',
      app: app.name,
      code: exit?.code ?? null,
      signal: exit?.signal ?? null,
      when: 'until its shutdown is complete, when SIGTERM arrives twice',
    })
  } finally {
    release()
  }
  await app.poll(1_000, () => app.instance.exit)
}

function waitForStopped(app: AppUnderTest): Promise<unknown> {
  const before = app.sentCommands('PUBLISH').length
  const fields = stopped(app.name)
  const instead = () =>
    app
      .sentCommands('PUBLISH')
      .slice(before)
      .find(({ args }) => resemblesPublish(args, 'instances', fields))
  return app.waitUntil(
    () => {
      const other = instead()
      return {
        kind: 'command-missing',
        app: app.name,
        command: 'PUBLISH',
        channel: 'instances',
        fields,
        instead: other && commandRef(other),
        when: 'after SIGTERM',
      }
    },
    () => stoppedMessages(app)[0],
    { withinMs, shortenWhen: () => instead() !== undefined },
  )
}

/** After two signals: it has published `stopped` once, and no error has ended it. */
export function expectStoppedOnce(app: AppUnderTest): void {
  const { exit, lines } = app.instance
  const seen = stoppedMessages(app).length
  const when = 'when SIGTERM arrives twice'
  failUnless(seen === 1, {
    kind: 'command-repeated',
    app: app.name,
    command: 'PUBLISH',
    channel: 'instances',
    fields: stopped(app.name),
    expected: 1,
    seen,
    when,
  })
  // Node.js prints its version below an error that no code caught.
  const crashed = exit?.code && lines.some(({ text }) => /^Node\.js v\d/.test(text))
  const { code = 0, signal = null } = exit ?? {}
  const how = { kind: 'exit-wrong', expectation: 'second-signal', expected: 0 } as const
  failUnless(!crashed, { ...how, app: app.name, code, signal, when })
}

/** It ends within two seconds, with exit code 0. */
export async function expectExit(
  app: AppUnderTest,
  about: { expectation?: string; when: string },
): Promise<void> {
  const missing = { kind: 'exit-missing', app: app.name, withinMs, ...about } as const
  const { code, signal } = await app.waitForExit(missing, withinMs)
  // To send the signal to itself again, at the end of the shutdown, is the older way to end well.
  const published = about.expectation === 'redis-down' || stoppedMessages(app).length === 1
  const raised = signal === 'SIGTERM' && handlesSigterm(app) && published
  const well = code === 0 || raised
  failUnless(well, { kind: 'exit-wrong', app: app.name, expected: 0, code, signal, ...about })
}

/**
 * An instance prints what it receives, whatever it has received before: after a deploy the old
 * instances stop, whose start it has not seen. In JSON the order of the fields and spaces between
 * them mean nothing.
 */
export async function expectAnyAnnouncement(
  testBed: TestBed,
  app: AppUnderTest,
): Promise<void> {
  await expectHandledOnce(testBed, app)
  const [older, other] = [testBed.newInstanceName(), testBed.newInstanceName()]
  await publishTo(
    testBed,
    app,
    JSON.stringify(stopped(older)),
    `{ "event": "started", "instance": "${other}" }`,
  )
  await expectHandledOnce(testBed, app)
  const missing = (text: string) =>
    ({ kind: 'output-missing', app: app.name, text, seen: 0 }) as const
  const [stop, start] = [`${older} stopped`, `${other} started`]
  failUnless(app.outputLines(stop).length > 0, {
    ...missing(stop),
    expectation: 'older-instance',
    when: `for the message of an instance that started before ${app.name}`,
  })
  failUnless(app.outputLines(start).length > 0, {
    ...missing(start),
    when: `for {"event":"started","instance":"${other}"}, with spaces between its parts`,
  })
}

/** Publishes a malformed message; the app logs a line about it, and continues. */
export async function expectWarning(
  testBed: TestBed,
  app: AppUnderTest,
  malformed: string,
): Promise<void> {
  const before = app.instance.lines.length
  const since = () => app.instance.lines.slice(before)
  // The next message arrives in the same packet: a handler that throws loses it.
  await expectHandledOnce(testBed, app, malformed)
  const wrong = usedAsEvent(malformed)
  const line = since().find(
    ({ stream, text }) =>
      stream === 'stdout' && wrong.includes(text.replace(/^\S+ (?=\S+ )/, '')),
  )
  failUnless(!line, {
    kind: 'output-unexpected',
    app: app.name,
    text: line?.text ?? '',
    line: line?.text ?? '',
    when: `for the malformed message ${malformed}`,
  })
  await app.waitUntil(
    {
      kind: 'output-missing',
      app: app.name,
      text: '',
      seen: 0,
      when: `about the malformed message ${malformed}`,
    },
    () => since().find(({ text }) => text.trim() && !/check\.\d+ started/i.test(text)),
    { withinMs: 1_000 },
  )
}

// What is printed when the fields of a malformed message are used without a check.
function usedAsEvent(message: string): string[] {
  let value: unknown
  try {
    value = JSON.parse(message)
  } catch {
    return []
  }
  const { instance, event } = Object(value) as { instance?: unknown; event?: unknown }
  return [`${String(instance)} ${String(event)}`, 'undefined undefined']
}

function handlesSigterm(app: AppUnderTest): boolean {
  return app.instance.signalHandlers.includes('SIGTERM')
}

function stoppedMessages(app: AppUnderTest) {
  return app.publishedMessages('instances', stopped(app.name))
}

/** Does it publish `stopped` later? And does another one, to which the signal is sent once? */
export async function probeLateMessage(testBed: TestBed, app: AppUnderTest): Promise<void> {
  await app.poll(1_500, () => stoppedMessages(app)[0] ?? app.instance.exit)
  await probeSingleSignal(testBed)
}

/** With all connections closed, does it end later? */
export async function probeLateExit(app: AppUnderTest): Promise<void> {
  if (app.proxy.openConnections().length > 0) return
  await app.poll(5_000, () => app.instance.exit)
}

/**
 * Does it publish `stopped` more than once when the signal is sent once, and Redis is as slow as
 * it was when the signal was sent twice?
 */
export async function probeSlowReply(testBed: TestBed): Promise<void> {
  const app = await attempt(startAnnounced(testBed, 'web.3'))
  if (!app) return
  await app.poll(500, () => handlesSigterm(app) || undefined)
  const release = holdStopped(app)
  app.sendSignal('SIGTERM')
  await app.poll(1_000, () => stoppedMessages(app)[0] ?? app.instance.exit)
  await app.poll(250, () => app.instance.exit)
  release()
  await app.poll(1_000, () => app.instance.exit)
}

// A slow Redis keeps a shutdown waiting. @returns what makes it answer
function holdStopped(app: AppUnderTest): () => void {
  const over = new AbortController()
  const released = once(over.signal, 'abort')
  app.proxy.holdCommand(({ args }) => hasFields(args[1] ?? '', stopped(app.name)), released)
  return () => over.abort()
}

/** Does it publish `stopped` when it has received messages, and the signal is sent once? */
export async function probeSingleSignal(testBed: TestBed): Promise<void> {
  const app = await attempt(startAnnounced(testBed, 'web.2'))
  if (!app) return
  const [name, last] = [testBed.newInstanceName(), testBed.newInstanceName()]
  const messages = [name, name, last].map((who) => JSON.stringify(started(who)))
  await testBed.publish('instances', ...messages)
  // What it does with a message it has done with all of them, before the signal is sent.
  await app.poll(500, () => app.outputLines(`${last} started`)[0] ?? app.instance.exit)
  await app.poll(500, () => handlesSigterm(app) || undefined)
  app.sendSignal('SIGTERM')
  await app.poll(1_000, () => app.instance.exit)
}
