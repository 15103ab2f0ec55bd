import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { onSigterm, program } from '../edits.ts'

const close = `  await client.close()
  await client2.close()`

/** Shutdowns that publish something else, or more, or do not end as they should. */
export const shutdowns: WrongPrograms = {
  's4-no-time-limit': {
    'no limit': replaceIn('shutdown.ts', 'setTimeout(() => process.exit(0), LIMIT_MS)', ''),
    'a limit that only sets the exit code': combine(
      replaceIn(
        'shutdown.ts',
        'setTimeout(() => process.exit(0), LIMIT_MS)',
        'const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS))',
      ),
      replaceIn('shutdown.ts', '    shutdown()\n', '    Promise.race([shutdown(), limit])\n'),
      replaceIn(
        'shutdown.ts',
        '.finally(() => process.exit(0))',
        '.finally(() => (process.exitCode = 0))',
      ),
    ),
    'ten seconds': replaceIn('shutdown.ts', 'LIMIT_MS = 1000', 'LIMIT_MS = 10_000'),
  },
  's4-fails-without-redis': {
    'an exit code that reports it': replaceIn(
      'shutdown.ts',
      'setTimeout(() => process.exit(0), LIMIT_MS)',
      'setTimeout(() => process.exit(1), LIMIT_MS)',
    ),
  },
  's4-stopped-late': {
    'waits until another instance starts':
      onSigterm(`  await new Promise((resolve) => (handle = resolve))
  await publish('stopped')
  process.exit(0)`),
  },
  's4-stopped-elsewhere': {
    'a channel of its own': onSigterm(`  await client.publish(
    'stopped',
    JSON.stringify({ instance: name, event: 'stopped' }),
  )
${close}`),
  },
  's4-stopped-other-content': {
    'plain text': onSigterm(`  await client.publish(CHANNEL, 'stopped')\n${close}`),
    'another word': onSigterm(`  await publish('stopping')\n${close}`),
    'started again': onSigterm(`  await publish('started')\n${close}`),
  },
  's4-stopped-never-sent': {
    'a line in the log': onSigterm("  console.log('got SIGTERM')"),
    'returns at the first signal': replaceIn(
      'shutdown.ts',
      'if (shuttingDown) return',
      'if (!shuttingDown) return',
    ),
    'a function that returns one': replaceIn(
      'shutdown.ts',
      "process.on('SIGTERM', () => {",
      "process.on('SIGTERM', () => async () => {",
    ),
    'only closes': onSigterm(`${close}\n  setInterval(() => {}, 1000)`),
  },
  's4-listener-per-message': {
    'in the handler': program(`const print = handle
handle = (message) => {
  print(message)
  process.on('SIGTERM', async () => {
    await publish('stopped')
    process.exit(0)
  })
}`),
  },
  's4-double-stopped': {
    'two listeners': program(`process.on('SIGTERM', () => void publish('stopped'))
process.on('SIGTERM', async () => {
  await publish('stopped')
  process.exit(0)
})`),
    'and once more in finally': onSigterm(`  try {
    await publish('stopped')
  } finally {
    await publish('stopped')
    process.exit(0)
  }`),
  },
  's4-fails-after-stopped': {
    'closes one of them twice': onSigterm(`  await publish('stopped')
  await client.close()
  await client.close()`),
  },
  's4-not-idempotent': {
    'on() without a flag': program(`process.on('SIGTERM', async () => {
  await publish('stopped')
  process.exit(0)
})`),
    'closes a second time': program(`process.on('SIGTERM', async () => {
  client2.destroy()
  await client2.close().catch(() => {})
  await publish('stopped')
${close}
})`),
  },
  's4-stopped-repeated': {
    'three attempts with a time limit':
      onSigterm(`  for (let attempt = 1; attempt <= 3; attempt++) {
    const tooLate = new Promise((_, reject) => setTimeout(reject, 150, new Error('too late')))
    try {
      await Promise.race([publish('stopped'), tooLate])
      break
    } catch (error) {
      console.warn(error.message)
    }
  }
${close}`),
  },
  's4-too-slow': {
    'a pause of six seconds': onSigterm(`  await publish('stopped')
${close}
  setTimeout(() => process.exit(0), 6000)`),
  },
  's4-closes-nothing': { 'nothing is closed': onSigterm("  await publish('stopped')") },
  's4-never-exits': {
    'client2 is not closed': onSigterm("  await publish('stopped')\n  await client.close()"),
    'unsubscribed is not closed': onSigterm(`  await publish('stopped')
  await client.close()
  await client2.unsubscribe()`),
  },
  's4-publisher-left-open': {
    'client is not closed': onSigterm("  await publish('stopped')\n  await client2.close()"),
  },
  's4-kept-alive': {
    'a timer': onSigterm(`  await publish('stopped')
${close}
  setInterval(() => {}, 1000)`),
  },
  's4-nonzero-exit': {
    'the number of the signal': combine(
      replaceIn('shutdown.ts', "'SIGTERM', () => {", "'SIGTERM', (_, code) => {"),
      replaceIn(
        'shutdown.ts',
        '.finally(() => process.exit(0))',
        '.finally(() => process.exit(code))',
      ),
    ),
    'exit(1)': onSigterm("  await publish('stopped')\n  process.exit(1)"),
    '128 and 15': program(`process.exitCode = 143
let shuttingDown = false
process.on('SIGTERM', async () => {
  if (shuttingDown) return
  shuttingDown = true
  await publish('stopped')
${close}
})`),
  },
}
