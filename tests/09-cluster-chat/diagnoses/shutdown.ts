import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  type WireEvent,
  commands,
  endedByUncaughtError,
  forApp,
  parseJsonObject,
  printedLines,
} from '../../../workshop/check/suite.ts'
import { announced, isNameShared, sent } from './evidence-queries.ts'

/** How the cluster shuts down. */
export const shutdown: Diagnosis[] = [
  {
    id: 's9-primary-without-listener',
    likely: (evidence) =>
      `Your primary has no listener for ${evidence.app?.exit?.signal}: the system ends it at once, and its workers with it.`,
    lookAt: 'TODO(3) in primary.ts: `process.on()` for SIGTERM and for SIGINT',
    requires: forApp((app, { fact }) => fact.kind !== 'exit-missing' && hasNoListener(app)),
  },
  {
    id: 's9-stopped-not-announced',
    likely: (evidence) =>
      printsStoppedAfterQuit(evidence)
        ? 'Your cluster workers close the bus, and announce `stopped` after that, so it is not published.'
        : 'Your cluster workers shut down without announcing `stopped`.',
    lookAt: 'what a worker does on SIGTERM, and in which order',
    requires: (evidence) => stoppedTooFew(evidence) && sent(evidence, 'QUIT').length >= 4,
    shows: ({ apps }) => apps.flatMap((app) => commands(app, 'QUIT')).slice(-4),
  },
  {
    id: 's9-workers-not-signaled',
    likely:
      'When your primary had got SIGTERM, all its cluster workers ran on, and they ended later without announcing `stopped`. They got no SIGTERM, or a listener for it that does nothing: `cluster.disconnect()` and `worker.send()` send no signal.',
    lookAt:
      'TODO(3) in primary.ts: what the primary sends to each worker; TODO(4) in worker.ts: what a worker does then',
    requires: (evidence) =>
      endsSilently(evidence) && announced(evidence, 'stopped')?.meanwhile === 'running',
    shows: lastConnections,
  },
  {
    id: 's9-sigterm-not-handled',
    likely:
      'When your primary had got SIGTERM, its cluster workers ended at once, and none announced `stopped`. SIGTERM ends a process that has no listener for it.',
    lookAt:
      'TODO(4) in worker.ts: `onSigterm()`, and what it is given; in primary.ts what else a worker gets',
    requires: (evidence) =>
      endsSilently(evidence) && announced(evidence, 'stopped')?.meanwhile === undefined,
    shows: lastConnections,
  },
  {
    id: 's9-stopped-twice',
    likely:
      'Cluster workers announce `stopped` twice: for SIGINT from the terminal and for SIGTERM from the primary.',
    lookAt: 'TODO(4) in worker.ts: what a worker does on SIGINT, and what on SIGTERM',
    requires: (evidence) => {
      const fact = announced(evidence, 'stopped')
      return fact !== undefined && fact.instances.length > 4 && isNameShared(fact)
    },
  },
  {
    id: 's9-sigint-ends-workers',
    likely:
      'Ctrl+C sends SIGINT to all five processes, and your cluster workers end at once instead of waiting for the primary.',
    lookAt: 'SIGINT, in primary.ts and in worker.ts',
    requires: (evidence) =>
      // One can have received SIGTERM first. With SIGTERM alone all have announced it.
      stoppedTooFew(evidence) &&
      evidence.fact.expectation === 'Ctrl+C' &&
      sent(evidence, 'QUIT').length < 4,
    shows: lastConnections,
  },
  {
    id: 's9-killed-too-early',
    likely: (evidence) =>
      stoppedNone(evidence)
        ? 'Your cluster workers were killed before one of them could announce `stopped`: a worker that the check had stopped for a moment ended meanwhile, as only SIGKILL can do.'
        : `Only ${announced(evidence, 'stopped')?.instances.length} of your 4 cluster workers announced \`stopped\`, and the primary ended after all of them: a worker that was still shutting down was ended too early.`,
    lookAt:
      'TODO(3) in primary.ts: how many milliseconds the primary waits before it sends SIGKILL, and whether every worker gets SIGTERM first',
    requires: (evidence) =>
      stoppedTooFew(evidence) &&
      (!stoppedNone(evidence) || announced(evidence, 'stopped')?.meanwhile === 'killed') &&
      evidence.fact.expectation !== 'Ctrl+C' &&
      sent(evidence, 'QUIT').length < 4,
    shows: lastConnections,
  },
  {
    id: 's9-respawn-during-shutdown',
    likely: 'During the shutdown you replace cluster workers that have ended.',
    lookAt: "the worker's 'exit' while the primary shuts down",
    requires: ({ fact }) =>
      (fact.kind === 'exit-missing' && (fact.started ?? 0) > 0) ||
      (fact.kind === 'process-count' && fact.expectation === 'shutdown'),
  },
  {
    id: 's9-never-empty',
    likely:
      'After two seconds something is still running: a cluster worker that got no SIGTERM or ignores it, or a primary that does not end itself.',
    lookAt: 'which processes the signal reaches, and when the primary ends',
    requires: ({ fact }) =>
      fact.kind === 'exit-missing' && fact.expectation === undefined && !fact.started,
  },
  {
    id: 's9-other-exit-code',
    likely: 'Your primary ended on request, with an exit code other than 0.',
    lookAt:
      'TODO(3) in primary.ts: what `process.exit()` gets when all workers have ended. A shutdown on request is no failure: 0',
    requires: ({ fact, app }) =>
      fact.kind === 'exit-wrong' && !(app && endedByUncaughtError(app)),
  },
  {
    id: 's9-primary-first',
    likely: (evidence) =>
      `Your primary ended ${endedAfter(evidence)}before all its cluster workers had ended${stoppedNone(evidence) ? ', and none of them has announced `stopped`' : ''}.`,
    lookAt: (evidence) =>
      `TODO(3) in primary.ts: ${stoppedNone(evidence) ? 'send SIGTERM to every worker (`cluster.disconnect()` sends no signal), and ' : ''}wait for the 'exit' of every worker (cluster.disconnect() calls back while they still run)${hasReplaced(evidence) ? ', also of one that has replaced another' : ''}${stoppedNone(evidence) ? '' : '. Where a limit ends that wait, kill the workers that are left, and wait until they have ended, too'}`,
    requires: ({ fact, apps }) => fact.kind === 'survivors' && !apps.some(hasNoListener),
    shows: (evidence) => {
      const stopped = announcements(evidence, 'stopped')
      return stopped.length > 0 ? stopped : lastConnections(evidence)
    },
  },
]

function stoppedTooFew(evidence: Evidence): boolean {
  const fact = announced(evidence, 'stopped')
  return fact !== undefined && fact.instances.length < 4 && !evidence.apps.some(hasNoListener)
}

// What the workers did when the signal had come: they closed their connections.
function lastConnections({ apps, partSeq = 0 }: Evidence): WireEvent[] {
  const closed = apps.flatMap(({ wire }) => wire.filter(({ kind }) => kind === 'close'))
  return closed.filter(({ seq }) => seq > partSeq).slice(-8)
}

// None announced `stopped`, nor closed its connection to Redis with QUIT.
function endsSilently(evidence: Evidence): boolean {
  const isSigterm = evidence.fact.expectation === 'SIGTERM'
  const isSilent = stoppedNone(evidence) && sent(evidence, 'QUIT').length < 4
  return isSigterm && stoppedTooFew(evidence) && isSilent
}

function endedAfter({ fact }: Evidence): string {
  const afterMs = fact.kind === 'survivors' ? fact.afterMs : undefined
  return afterMs === undefined ? '' : `${afterMs} ms after the signal, `
}

// The first of them did; the workers print it when they announce it.
function printsStoppedAfterQuit(evidence: Evidence): boolean {
  const [quit] = sent(evidence, 'QUIT')
  const [line] = evidence.apps.flatMap((app) => printedLines(app, 'stopped'))
  return quit !== undefined && line !== undefined && line.seq > quit.seq
}

function stoppedNone(evidence: Evidence): boolean {
  return announcements(evidence, 'stopped').length === 0
}

function announcements(evidence: Evidence, event: string): CommandEvent[] {
  return sent(evidence, 'PUBLISH', 'instances').filter(
    ({ args: [, text = ''] }) => parseJsonObject(text)['event'] === event,
  )
}

// More workers have started than the first four.
function hasReplaced(evidence: Evidence): boolean {
  return announcements(evidence, 'started').length > 4
}

// A signal ended it for which it has no listener.
function hasNoListener({ exit, signalHandlers }: AppEvidence): boolean {
  const signal = exit?.signal
  return (signal === 'SIGTERM' || signal === 'SIGINT') && !signalHandlers.includes(signal)
}
