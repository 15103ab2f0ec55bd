import {
  type KnownMistake,
  type AppEvidence,
  replaceIn,
} from '../../../workshop/check/suite.ts'
import { moans, of } from './earlier-queries.ts'
import { onSigterm, program } from './edits.ts'
import { afterwards, catches, farewells } from './evidence-queries.ts'

const close = `  await client.close()
  await client2.close()`

/** It notices SIGTERM; what it says and does then is not what was agreed on. */
export const farewell: KnownMistake[] = [
  {
    id: 's4-no-time-limit',
    likely:
      'Your shutdown waits for Redis, and Redis is down. `publish()` and `close()` wait until the connection is back; a platform kills a process that waits too long.',
    lookAt: 'the listener for SIGTERM: what ends the process when a promise never settles?',
    matches: of((me, { expected }) => expected.endsWith('when Redis is down') && !me.exit),
    programs: {
      'no limit': replaceIn('shutdown.ts', 'setTimeout(() => process.exit(0), LIMIT_MS)', ''),
      'ten seconds': replaceIn('shutdown.ts', 'LIMIT_MS = 1000', 'LIMIT_MS = 10_000'),
    },
  },
  {
    id: 's4-farewell-late',
    likely:
      'the farewell comes, but late: something else is waited for before. How much time there is, nobody knows.',
    lookAt: 'what happens between the signal and the farewell',
    matches: of(
      (me, { expected }) => /to publish .*stopped/.test(expected) && farewells(me) > 0,
    ),
    programs: {
      'waits until somebody starts':
        onSigterm(`  await new Promise((resolve) => (hear = resolve))
  await say('stopped')
  process.exit(0)`),
    },
  },
  {
    id: 's4-farewell-elsewhere',
    likely: 'the farewell goes to another channel, where nobody of the others listens.',
    lookAt: 'the name of the channel in the farewell',
    matches: of((me) => saysOtherwise(me) && afterwards(me)?.[0] !== 'instances'),
    programs: {
      'a channel of its own': onSigterm(`  await client.publish(
    'stopped',
    JSON.stringify({ instance: name, event: 'stopped' }),
  )
${close}`),
    },
  },
  {
    id: 's4-farewell-other-words',
    likely:
      'it says farewell, but not in the words agreed on: JSON with the name of the instance and the event.',
    lookAt: 'the message it publishes last, beside the one in the goal',
    matches: of(saysOtherwise),
    programs: {
      'plain text': onSigterm(`  await client.publish(CHANNEL, 'stopped')\n${close}`),
      'another word': onSigterm(`  await say('stopping')\n${close}`),
      'started again': onSigterm(`  await say('started')\n${close}`),
    },
  },
  {
    id: 's4-silent-farewell',
    likely:
      'it notices SIGTERM, but tells nobody. And as it listens now, Node no longer ends it: that is its own task.',
    lookAt: 'what your listener for SIGTERM does',
    matches: of((me) => isSilent(me) && catches(me, 'SIGTERM')),
    programs: {
      'a line in the log': onSigterm("  console.log('got SIGTERM')"),
      'only closes': onSigterm(`${close}\n  setInterval(() => {}, 1000)`),
    },
  },
  {
    id: 's4-listener-per-message',
    likely:
      'with every message one more listener for SIGTERM is put in place, and in the end each of them says farewell.',
    lookAt: "where `process.on('SIGTERM', …)` stands: in a handler, or at the start?",
    matches: (evidence) =>
      evidence.programs.some((me) => farewells(me) > 2 && listeners(me) > 2),
    programs: {
      'in the handler': program(`const print = hear
hear = (message) => {
  print(message)
  process.on('SIGTERM', async () => {
    await say('stopped')
    process.exit(0)
  })
}`),
    },
  },
  {
    id: 's4-double-stopped',
    likely: 'the farewell is said twice for one signal: from two places, or by two listeners.',
    lookAt: 'every place that announces the end',
    matches: of((_, { programs }) =>
      programs.some((me) => farewells(me) > 1 && me.name === 'web.2'),
    ),
    programs: {
      'two listeners': program(`process.on('SIGTERM', () => void say('stopped'))
process.on('SIGTERM', async () => {
  await say('stopped')
  process.exit(0)
})`),
      'and once more in finally': onSigterm(`  try {
    await say('stopped')
  } finally {
    await say('stopped')
    process.exit(0)
  }`),
    },
  },
  {
    id: 's4-farewell-throws',
    likely:
      'after the farewell an error ends the program, so its exit code says that something went wrong.',
    lookAt: 'the error below: what is done twice, or too late?',
    matches: ({ programs }) => programs.some(hasLeft) && programs.filter(hasLeft).every(breaks),
    programs: {
      'closes one of them twice': onSigterm(`  await say('stopped')
  await client.close()
  await client.close()`),
    },
  },
  {
    id: 's4-not-idempotent',
    likely:
      'the signal came twice, and the farewell began a second time. A platform may repeat it, and a key like Ctrl+C too.',
    lookAt: 'your listener: how does it know that it is leaving already?',
    matches: of((_, { expected }) => /when the signal comes twice/.test(expected)),
    programs: {
      'on() without a flag': program(`process.on('SIGTERM', async () => {
  await say('stopped')
  process.exit(0)
})`),
      'closes a second time': program(`process.on('SIGTERM', async () => {
  client2.destroy()
  await client2.close().catch(() => {})
  await say('stopped')
${close}
})`),
    },
  },
]

function isSilent(me: AppEvidence): boolean {
  return me.signalled === 'SIGTERM' && farewells(me) === 0 && !me.exit
}

function saysOtherwise(me: AppEvidence): boolean {
  return me.signalled === 'SIGTERM' && farewells(me) === 0 && afterwards(me) !== undefined
}

function listeners({ signalHandlers }: AppEvidence): number {
  return signalHandlers.filter((name) => name === 'SIGTERM').length
}

function hasLeft(me: AppEvidence): boolean {
  return me.signalled === 'SIGTERM' && me.exit !== undefined
}

function breaks(me: AppEvidence): boolean {
  return farewells(me) === 1 && me.exit?.code !== 0 && moans(me, /^Node\.js v/)
}
