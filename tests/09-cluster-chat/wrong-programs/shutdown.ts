import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { killsWorkers, signalsWorkers } from '../edits.ts'

export const shutdownPrograms: WrongPrograms = {
  's9-stopped-not-announced': {
    'no announcement': replaceIn('worker.ts', "      announce(chat.bus, 'stopped')\n", ''),
    'when the bus is closed': replaceIn(
      'worker.ts',
      "      announce(chat.bus, 'stopped')\n      await chat.stop()\n",
      "      await chat.stop()\n      announce(chat.bus, 'stopped')\n",
    ),
  },
  's9-workers-not-signaled': {
    'only disconnected': replaceIn(
      'primary.ts',
      signalsWorkers,
      'for (const worker of workers) worker.disconnect()',
    ),
    'disconnected by the cluster, and waited for': replaceIn(
      'primary.ts',
      signalsWorkers,
      'cluster.disconnect(() => exitWhenAlone())',
    ),
    'a message that no worker reads': replaceIn(
      'primary.ts',
      signalsWorkers,
      "for (const worker of workers) worker.send('stop')",
    ),
  },
  's9-sigterm-not-handled': {
    'workers without a listener': replaceIn('worker.ts', 'onSigterm(async', 'void (async'),
    'workers that exit': replaceIn(
      'worker.ts',
      "      announce(chat.bus, 'stopped')\n      await chat.stop()\n",
      '      process.exit(0)\n',
    ),
  },
  's9-stopped-twice': {
    'one for each signal': replaceIn(
      'worker.ts',
      'onSigterm(async',
      "process.on('SIGINT', () => announce(chat.bus, 'stopped'))\n    onSigterm(async",
    ),
  },
  's9-sigint-ends-workers': {
    'the workers': replaceIn('worker.ts', "process.on('SIGINT', () => {})", ''),
    'workers that exit at once': replaceIn(
      'worker.ts',
      "process.on('SIGINT', () => {})",
      "process.on('SIGINT', () => process.exit(0))",
    ),
  },
  's9-killed-too-early': {
    'killed at once': replaceIn(
      'primary.ts',
      signalsWorkers,
      signalsWorkers.replace('SIGTERM', 'SIGKILL'),
    ),
    'fifteen milliseconds': replaceIn('primary.ts', 'SHUTDOWN_MS = 1500', 'SHUTDOWN_MS = 15'),
    'seconds for milliseconds': replaceIn(
      'primary.ts',
      'SHUTDOWN_MS = 1500',
      'SHUTDOWN_MS = 1.5',
    ),
  },
  's9-respawn-during-shutdown': {
    'fork goes on': combine(
      replaceIn('primary.ts', 'if (stopping) return\n  const worker', 'const worker'),
      replaceIn(
        'primary.ts',
        'if (stopping) return exitWhenAlone()',
        'if (stopping) return fork(name)',
      ),
      replaceIn('primary.ts', killsWorkers, ''),
    ),
    'those that have served for a while': combine(
      replaceIn(
        'primary.ts',
        'if (stopping) return exitWhenAlone()',
        'if (stopping && performance.now() - servingSince < 1000) return exitWhenAlone()',
      ),
      replaceIn('primary.ts', 'if (stopping) return\n  const worker', 'const worker'),
    ),
    'on every exit, whatever the reason': writeFile(
      'primary.ts',
      `import cluster from 'node:cluster'
import { killPortOwner } from './kill-port-owner.ts'
export async function startPrimary() {
  await killPortOwner(Number(process.env.PORT))
  let count = 0
  const fork = () => cluster.fork({ DYNO: 'web.1.' + ++count })
  while (count < 4) fork()
  cluster.on('exit', () => setTimeout(fork, 400))
  const stop = () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}`,
    ),
  },
  's9-never-empty': {
    'the primary stays': replaceIn(
      'primary.ts',
      'if (workers.size === 0) process.exit(0)',
      'setInterval(() => {}, 1e9)',
    ),
    'only disconnected, and waited for': combine(
      replaceIn(
        'primary.ts',
        signalsWorkers,
        'for (const worker of workers) worker.disconnect()',
      ),
      replaceIn('primary.ts', killsWorkers, ''),
    ),
  },
  's9-other-exit-code': {
    one: replaceIn('primary.ts', 'process.exit(0)', 'process.exit(1)'),
    '128 and the number of the signal': replaceIn(
      'primary.ts',
      'process.exit(0)',
      'process.exit(143)',
    ),
    'after Ctrl+C': combine(
      replaceIn('primary.ts', 'let stopping', 'let code = 0\nlet stopping'),
      replaceIn(
        'primary.ts',
        "process.on('SIGINT', shutDown)",
        "process.on('SIGINT', () => {\n    code = 1\n    shutDown()\n  })",
      ),
      replaceIn('primary.ts', 'process.exit(0)', 'process.exit(code)'),
    ),
  },

  's9-primary-first': {
    'disconnects the workers, and ends after a while': combine(
      replaceIn('primary.ts', signalsWorkers, 'cluster.disconnect()'),
      replaceIn('primary.ts', killsWorkers, 'process.exit(0)'),
    ),
    'does not wait': replaceIn(
      'primary.ts',
      '  exitWhenAlone()\n}\n\nfunction exitWhenAlone',
      '  setTimeout(() => process.exit(0), 500)\n}\n\nfunction exitWhenAlone',
    ),
    'a limit of its own, beside the wait': combine(
      replaceIn('primary.ts', 'SHUTDOWN_MS = 1500', 'SHUTDOWN_MS = 500'),
      replaceIn('primary.ts', killsWorkers, 'process.exit(0)'),
    ),
    'a limit that ends the primary, and not the workers': replaceIn(
      'primary.ts',
      killsWorkers,
      'process.exit(0)',
    ),
    'counts from four down': combine(
      replaceIn('primary.ts', 'let stopping', 'let running = WORKERS\nlet stopping'),
      replaceIn(
        'primary.ts',
        'workers.delete(worker)',
        'workers.delete(worker)\n    running--',
      ),
      replaceIn('primary.ts', 'if (workers.size === 0) process', 'if (running <= 0) process'),
    ),
    'waits for the first one': replaceIn(
      'primary.ts',
      'if (workers.size === 0) process.exit(0)',
      'if (workers.size < 4) process.exit(0)',
    ),
  },

  's9-primary-without-listener': {
    SIGINT: replaceIn('primary.ts', "  process.on('SIGINT', shutDown)\n", ''),
    SIGTERM: replaceIn('primary.ts', "  process.on('SIGTERM', shutDown)\n", ''),
  },
}
