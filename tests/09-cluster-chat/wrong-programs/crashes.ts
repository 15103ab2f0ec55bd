import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { opens, publish, replaces } from '../edits.ts'

export const crashesPrograms: WrongPrograms = {
  's9-no-respawn': {
    'does nothing': replaceIn('primary.ts', replaces, ''),
    // The exit code of one that was killed is null.
    'only after an error': replaceIn('primary.ts', replaces, 'if (code > 0) fork(name)'),
  },
  's9-replacement-not-watched': {
    'forked without the listener': replaceIn(
      'primary.ts',
      replaces,
      replaces.replace('fork(name)', 'cluster.fork({ DYNO: name })'),
    ),
  },
  's9-error-not-replaced': {
    'only after a signal': replaceIn('primary.ts', replaces, `if (signal) ${replaces}`),
  },
  's9-respawn-loop': {
    'at once': replaceIn('primary.ts', replaces, 'fork(name)'),
    'a point in time instead of a duration': replaceIn(
      'primary.ts',
      replaces,
      replaces.replace(' - servingSince', ''),
    ),
    'at once, with a good ending': writeFile(
      'primary.ts',
      `import cluster from 'node:cluster'
import { killPortOwner } from './kill-port-owner.ts'
export async function startPrimary() {
  await killPortOwner(Number(process.env.PORT))
  let ending = false
  let count = 0
  const fork = () => cluster.fork({ DYNO: 'web.1.' + ++count })
  while (count < 4) fork()
  cluster.on('exit', () => {
    if (!ending) fork()
    else if (Object.keys(cluster.workers).length === 0) process.exit(0)
  })
  const stop = () => {
    ending = true
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}`,
    ),
  },
  's9-not-every-worker-subscribes': {
    'the first one only': replaceIn(
      'chat.ts',
      opens,
      "      if (process.env.DYNO === 'web.1.1') await openDispatch(bus)\n      else await openDispatch({ ...bus, emit: bus.emit.bind(bus), on: (...all) => all.at(-1)() })\n",
    ),
    'the primary, which delivers to no device': combine(
      replaceIn(
        'chat.ts',
        opens,
        '      await openDispatch({ emit: bus.emit.bind(bus), on: (...all) => all.at(-1)() })\n',
      ),
      replaceIn(
        'primary.ts',
        '  await killPortOwner(',
        "  const { newBus } = await import('./bus.ts')\n  newBus().on('outgoing_socket_message', () => {})\n  await killPortOwner(",
      ),
    ),
  },
  's9-no-dispatch': {
    'local only': replaceIn('dispatch.ts', publish, 'deliver(message)'),
    'handed to the primary, which does nothing with it': replaceIn(
      'dispatch.ts',
      publish,
      'process.send(message)\n  deliver(message)',
    ),
  },
  's9-subscribes-twice': {
    'when it starts, and when it serves': replaceIn('chat.ts', opens, opens + opens),
  },
  's9-local-and-dispatch': {
    both: replaceIn('dispatch.ts', publish, 'deliver(message)\n  bus.emit(CHANNEL, message)'),
  },

  's9-respawns-more': {
    'one listener for each fork': combine(
      replaceIn(
        'primary.ts',
        "worker.once('exit', (code, signal) => {",
        "cluster.on('exit', (ended, code, signal) => {",
      ),
      replaceIn('primary.ts', 'workers.delete(worker)', 'workers.delete(ended)'),
    ),
    'at the disconnect, and at the exit': replaceIn(
      'primary.ts',
      "worker.once('exit', (code, signal) => {",
      `worker.once('disconnect', () => {
    if (!stopping) ${replaces}
  })
  worker.once('exit', (code, signal) => {`,
    ),
    'another one a moment later': replaceIn(
      'primary.ts',
      replaces,
      `${replaces}\n    setTimeout(() => fork(name + 'b'), 400)`,
    ),
  },
  's9-name-reused': {
    'numbered by the workers that are left': replaceIn(
      'primary.ts',
      replaces,
      replaces.replace('fork(name)', 'fork(`${instance}.${workers.size + 1}`)'),
    ),
    'forked again without a name': combine(
      replaceIn('primary.ts', 'fork({ DYNO: name })', 'fork(name && { DYNO: name })'),
      replaceIn('primary.ts', replaces, replaces.replace('fork(name)', 'fork()')),
    ),
    'the first number that is free at the start': replaceIn(
      'primary.ts',
      replaces,
      replaces.replace('fork(name)', 'fork(`${instance}.${WORKERS + 1}`)'),
    ),
    'always the same': replaceIn(
      'primary.ts',
      replaces,
      'setTimeout(() => fork(`${instance}.1`), performance.now() - servingSince > 1000 ? 300 : 600)',
    ),
  },
}
