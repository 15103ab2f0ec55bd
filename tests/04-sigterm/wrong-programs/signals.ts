import { type WrongPrograms, replaceIn } from '../../../workshop/check/suite.ts'
import { onSigterm, program } from '../edits.ts'

const shutDown = `  await publish('stopped')
  process.exit(0)`

/** Signals that are not handled, and messages that never leave. */
export const signals: WrongPrograms = {
  's4-listener-called': {
    'an async function': program(`async function shutDown() {
${shutDown}
}
process.on('SIGTERM', shutDown('SIGTERM'))`),
  },
  's4-listener-no-function': {
    'the function first': program(`async function shutDown() {
${shutDown}
}
process.on(shutDown as any, 'SIGTERM' as any)`),
    'a method that does not exist': program(`const client3: any = client
process.on('SIGTERM', client3.shutDown)`),
  },
  's4-handler-too-late': {
    'when a message of another instance arrives': program(`const print = handle
handle = (message) => {
  print(message)
  if (JSON.parse(message).instance !== name) process.on('SIGTERM', async () => {
  ${shutDown}
  })
}`),
  },
  's4-sigkill': {
    SIGKILL: program("process.on('SIGKILL', () => process.exit(0))"),
  },
  's4-wrong-signal': {
    SIGINT: program(`process.on('SIGINT', async () => {\n${shutDown}\n})`),
    SIGHUP: program(`process.on('SIGHUP', async () => {\n${shutDown}\n})`),
  },
  's4-before-exit': {
    "on('beforeExit')": program("process.on('beforeExit', () => void publish('stopped'))"),
  },
  's4-exit-event-async': {
    "on('exit') alone": program("process.on('exit', () => void publish('stopped'))"),
    "on('exit'), after SIGTERM": program(`process.on('exit', () => void publish('stopped'))
process.on('SIGTERM', () => process.exit(0))`),
  },
  's4-no-sigterm-handler': {
    none: program(''),
    'a typo in its name': program(`process.on('sigterm', async () => {\n${shutDown}\n})`),
    'on the client': program(`client.on('SIGTERM', async () => {\n${shutDown}\n})`),
  },
  's4-once': {
    'once()': program(`process.once('SIGTERM', async () => {\n${shutDown}\n})`),
    'the listener removes itself': replaceIn(
      'shutdown.ts',
      'if (shuttingDown) return\n    shuttingDown = true',
      "process.removeAllListeners('SIGTERM')",
    ),
    'once(), and a time limit': replaceIn(
      'shutdown.ts',
      "process.on('SIGTERM'",
      "process.once('SIGTERM'",
    ),
  },
  's4-raised-too-soon': {
    'kills itself without waiting': program(`process.once('SIGTERM', () => {
  void publish('stopped')
  process.kill(process.pid, 'SIGTERM')
})`),
  },
  's4-used-after-close': {
    'the wrong order': onSigterm(`  await client.close()
  await client2.close()
  await publish('stopped')`),
    'closes one that is destroyed': replaceIn(
      'index.ts',
      "    await announce(client, 'stopped')",
      "    await client2.close()\n    await announce(client, 'stopped')",
    ),
    'noticed, and exit code 0': onSigterm(`  await client.close()
  await client2.close()
  await announce(client, 'stopped')
  process.exit(0)`),
  },
  's4-destroy-drops': {
    'destroy() at once': onSigterm(`  const sent = publish('stopped')
  client.destroy()
  client2.destroy()
  await sent`),
    'noticed, and exit code 0': onSigterm(`  const sent = announce(client, 'stopped')
  client.destroy()
  client2.destroy()
  await sent
  process.exit(0)`),
  },
  's4-exit-before-publish': {
    'exit() without await': onSigterm("  void publish('stopped')\n  process.exit(0)"),
    'a timer gets no function': replaceIn(
      'shutdown.ts',
      'setTimeout(() => process.exit(0), LIMIT_MS)',
      'setTimeout(process.exit(0), LIMIT_MS)',
    ),
    'exit() in finally': onSigterm(`  try {
    publish('stopped')
  } finally {
    process.exit(0)
  }`),
    'its error is swallowed': onSigterm(`  publish('stopped').catch(() => {})
  client.destroy()
  client2.destroy()`),
  },
  's4-shutdown-fails': {
    'only an exit code': onSigterm('  process.exit(1)'),
  },
}
