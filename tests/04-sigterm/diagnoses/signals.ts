import {
  type KnownMistake,
  type AppEvidence,
  replaceIn,
} from '../../../workshop/check/suite.ts'
import { moans, of } from './earlier-queries.ts'
import { onSigterm, program } from './edits.ts'
import { catches, endsSilently } from './evidence-queries.ts'

const leave = `  await say('stopped')
  process.exit(0)`

/** It does not notice SIGTERM, or not as a signal. */
export const signals: KnownMistake[] = [
  {
    id: 's4-handler-too-late',
    likely:
      'the listener for SIGTERM is put in place only when a message comes. Until then a SIGTERM ends it at once.',
    lookAt: "where `process.on('SIGTERM', …)` stands: in a handler, or at the start?",
    matches: of(
      (me, { programs }) => isUncaught(me) && programs.some((one) => catches(one, term)),
    ),
    programs: {
      'when somebody else is heard': program(`const print = hear
hear = (message) => {
  print(message)
  if (JSON.parse(message).instance !== name) process.on('SIGTERM', async () => {
  ${leave}
  })
}`),
    },
  },
  {
    id: 's4-sigkill',
    likely:
      'it wants to listen to a signal that nobody can catch: SIGKILL and SIGSTOP are not for the program but for the system.',
    lookAt: 'the name of the signal; the polite one is number 15',
    matches: of((me) => moans(me, /uv_signal_start EINVAL/)),
    programs: {
      SIGKILL: program("process.on('SIGKILL', () => process.exit(0))"),
    },
  },
  {
    id: 's4-wrong-signal',
    likely:
      'it listens to another signal. Ctrl+C sends SIGINT; what a PaaS sends, and `kill -15`, is SIGTERM.',
    lookAt: 'the name of the signal',
    matches: of(
      (me) => isUncaught(me) && me.signalHandlers.some((name) => name.startsWith('SIG')),
    ),
    programs: {
      SIGINT: program(`process.on('SIGINT', async () => {\n${leave}\n})`),
      SIGHUP: program(`process.on('SIGHUP', async () => {\n${leave}\n})`),
    },
  },
  {
    id: 's4-before-exit',
    likely:
      "'beforeExit' is not for signals: Node emits it when there is nothing left to do, and a signal does not wait for that.",
    lookAt: 'the name of the event you listen to',
    matches: of((me) => isUncaught(me) && catches(me, 'beforeExit')),
    programs: {
      "on('beforeExit')": program("process.on('beforeExit', () => void say('stopped'))"),
    },
  },
  {
    id: 's4-exit-event-async',
    likely:
      "the farewell waits for 'exit'. When a signal ends a process there is no such event, and in it nothing asynchronous can happen any more: no message leaves.",
    lookAt: "`process.on('exit', …)`",
    matches: of((me) => endsSilently(me) && catches(me, 'exit')),
    programs: {
      "on('exit') alone": program("process.on('exit', () => void say('stopped'))"),
      "on('exit'), after SIGTERM": program(`process.on('exit', () => void say('stopped'))
process.on('SIGTERM', () => process.exit(0))`),
    },
  },
  {
    id: 's4-no-sigterm-handler',
    likely: 'nobody listens to SIGTERM, and then Node ends the program on the spot.',
    lookAt: "`process.on('SIGTERM', …)`: is that line reached when it starts?",
    matches: of(isUncaught),
    programs: {
      none: program(''),
      'a typo in its name': program(`process.on('sigterm', async () => {\n${leave}\n})`),
      'on the client': program(`client.on('SIGTERM', async () => {\n${leave}\n})`),
    },
  },
  {
    id: 's4-once',
    likely:
      'The second SIGTERM ended the process during its shutdown. `process.once()` removes its listener at the first signal, and without a listener Node.js ends the process.',
    lookAt: '`process.once()`: with `process.on()` the listener stays',
    matches: of(
      (me, { expected }) =>
        /the shutdown to go on/.test(expected) && me.exit?.signal === 'SIGTERM',
    ),
    programs: {
      'once()': program(`process.once('SIGTERM', async () => {\n${leave}\n})`),
      'once(), and a time limit': replaceIn(
        'shutdown.ts',
        "process.on('SIGTERM'",
        "process.once('SIGTERM'",
      ),
    },
  },
  {
    id: 's4-raised-too-soon',
    likely:
      'it hands the signal on to itself before the farewell has left. That ends it at once.',
    lookAt: '`process.kill()`: what should have happened before?',
    matches: of(isKilled),
    programs: {
      'kills itself without waiting': program(`process.once('SIGTERM', () => {
  void say('stopped')
  process.kill(process.pid, 'SIGTERM')
})`),
    },
  },
  {
    id: 's4-publish-after-close',
    likely:
      'it closes the connection first and speaks afterwards; a closed client sends nothing.',
    lookAt: 'the order of `close()` and the farewell',
    matches: of((me) => endsSilently(me) && moans(me, /The client is closed/)),
    programs: {
      'the wrong order': onSigterm(`  await client.close()
  await client2.close()
  await say('stopped')`),
      'noticed, and exit code 0': onSigterm(`  await client.close()
  await client2.close()
  await announce(client, 'stopped')
  process.exit(0)`),
    },
  },
  {
    id: 's4-destroy-drops',
    likely:
      'destroy() throws away what has not been sent yet, the farewell too. close() sends it first.',
    lookAt: 'how the connection is closed that you publish on',
    matches: of((me) => endsSilently(me) && moans(me, /Disconnects client/)),
    programs: {
      'destroy() at once': onSigterm(`  const told = say('stopped')
  client.destroy()
  client2.destroy()
  await told`),
      'noticed, and exit code 0': onSigterm(`  const told = announce(client, 'stopped')
  client.destroy()
  client2.destroy()
  await told
  process.exit(0)`),
    },
  },
  {
    id: 's4-exit-before-publish',
    likely:
      'it ends, and no farewell has left. publish() only plans to send: whoever ends without waiting for it takes the message along.',
    lookAt: '`process.exit()` or `destroy()`, and the promise of publish() before it',
    matches: of((me) => endsSilently(me) && me.exit?.code === 0 && catches(me, term)),
    programs: {
      'exit() without await': onSigterm("  void say('stopped')\n  process.exit(0)"),
      'exit() in finally': onSigterm(`  try {
    say('stopped')
  } finally {
    process.exit(0)
  }`),
      'its error is swallowed': onSigterm(`  say('stopped').catch(() => {})
  client.destroy()
  client2.destroy()`),
    },
  },
  {
    id: 's4-farewell-fails',
    likely:
      'it ends without a farewell, and its exit code says that something went wrong on the way.',
    lookAt: 'its last words below; and where it ends with another exit code than 0',
    matches: of((me) => endsSilently(me) && me.exit?.code !== 0),
    programs: {
      'a typo in the handler': onSigterm("  await sya('stopped')"),
      'only an exit code': onSigterm('  process.exit(1)'),
    },
  },
]

const term = 'SIGTERM'

function isUncaught(me: AppEvidence): boolean {
  return isKilled(me) && !catches(me, term)
}

function isKilled(me: AppEvidence): boolean {
  return endsSilently(me) && me.exit?.signal === 'SIGTERM'
}
