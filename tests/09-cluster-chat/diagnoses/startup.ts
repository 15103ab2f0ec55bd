import { type Diagnosis, forApp, printedOnStderr } from '../../../workshop/check/suite.ts'
import { announced, hasWorkers, isNameShared } from './evidence-queries.ts'

/** Which processes start, and what each does. */
export const startup: Diagnosis[] = [
  {
    id: 's9-no-primary-check',
    likely:
      'Your cluster workers try to fork. The same program runs in all five processes, and only the primary has `cluster.fork()`.',
    lookAt: 'TODO(1) in index.ts: `cluster.isPrimary` decides which part runs',
    requires: (evidence) => printedOnStderr(evidence, /fork is not a function/),
  },
  {
    id: 's9-kill-port-not-caught',
    likely:
      '`killPort()` rejects when the port is free, and you do not catch that: it ends the start.',
    lookAt: 'what happens when `killPort()` rejects',
    requires: (evidence) => printedOnStderr(evidence, /No process running on port/),
  },
  {
    id: 's9-killed-itself',
    likely: ({ fact }) =>
      fact.expectation === 'slow-lookup'
        ? 'You fork before the lookup of the owner of PORT has ended; the check makes `lsof` slower. Then your primary listened on the port for its workers, was found as its owner, and was killed.'
        : '`kill-port` ended your primary itself, which already listened on the port for its workers.',
    lookAt: 'TODO(2) in primary.ts: `await killPortOwner()` before the first fork',
    requires: forApp(
      ({ exit, signalled, listening, env }) =>
        exit?.signal === 'SIGKILL' && !signalled && listening.includes(Number(env['PORT'])),
    ),
  },
  {
    id: 's9-port-not-freed',
    likely: 'You fork while another process still uses PORT.',
    lookAt:
      'TODO(2) in primary.ts: `await killPortOwner()` before the first fork, and its argument: the port is that of the variable PORT',
    requires: ({ fact }) => fact.expectation === 'port-freed',
  },
  {
    id: 's9-startup-work-in-primary',
    likely: 'Your primary does the work of a cluster worker: it announces itself or serves.',
    lookAt: 'what runs before the check of `cluster.isPrimary`; imports run, too',
    requires: (evidence) => {
      const fact = announced(evidence, 'started')
      const isFifth =
        fact?.expectation === 'start' &&
        fact.instances.length === fact.expected + 1 &&
        fact.workers === fact.expected
      const isTaken = printedOnStderr(evidence, /EADDRINUSE/)
      return isFifth || (isTaken && evidence.fact.expectation !== 'port-freed')
    },
  },
  {
    id: 's9-polling-alone',
    likely:
      "Your chat accepts no WebSocket connections. The requests of long-polling reach different cluster workers, which do not know each other's connections.",
    lookAt: 'the transports of the server in chat.ts',
    requires: ({ fact, apps }) =>
      fact.kind === 'socket-refused' &&
      fact.message.includes('websocket error') &&
      apps.every(({ exit }) => !exit),
  },
  {
    id: 's9-started-not-announced',
    likely: 'Your cluster workers run, and none announces `started`.',
    lookAt: 'TODO(4) in worker.ts: what is published on "instances", and when',
    requires: (evidence) => {
      const fact = announced(evidence, 'started')
      return fact?.instances.length === 0 && fact.workers > 0 && hasWorkers(evidence)
    },
  },
  {
    id: 's9-one-process',
    likely: 'You fork no process: the first one runs alone.',
    lookAt: 'TODO(1) in index.ts and TODO(2) in primary.ts: which process forks, and how often',
    requires: forApp((app, evidence) => {
      const fact = announced(evidence, 'started')
      return (
        fact?.workers === 0 &&
        fact.instances.length <= 1 &&
        !app.exit &&
        !printedOnStderr(evidence, /fork is not a function|EADDRINUSE/)
      )
    }),
  },
  {
    id: 's9-wrong-worker-count',
    likely: 'You start another number of cluster workers than four.',
    lookAt: 'TODO(2) in primary.ts: the loop that forks',
    requires: (evidence) => {
      const { fact } = evidence
      // One that cannot serve ends, and is started again.
      if (fact.expectation !== 'start' || printedOnStderr(evidence, /EADDRINUSE/)) return false
      if (fact.kind === 'process-count') return fact.seen !== 0
      return (
        fact.kind === 'announcement-count' &&
        fact.instances.length > 0 &&
        fact.workers > 0 &&
        fact.workers !== fact.expected
      )
    },
  },
  {
    id: 's9-same-names',
    likely: 'You give several cluster workers the same name.',
    lookAt: 'TODO(2) in primary.ts: DYNO, in what `cluster.fork()` is given',
    requires: (evidence) => {
      const fact = announced(evidence, 'started')
      const isFull = fact?.instances.length === 4 && fact.workers === 4
      return isFull && fact.expectation === 'start' && isNameShared(fact)
    },
  },
  {
    id: 's9-port-per-worker',
    likely:
      'One cluster worker alone serves PORT. Each has to call `listen()` with that port: the primary shares it out.',
    lookAt: 'the port in `listen()`, and the environment that `cluster.fork()` is given',
    requires: ({ fact }) => fact.kind === 'port-not-shared' && fact.serving === 1,
  },
]
