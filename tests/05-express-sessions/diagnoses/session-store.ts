import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  commands,
  firstCut,
  forApp,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import {
  deletes,
  idsIn,
  isAnsweredUnread,
  isLost,
  isSaved,
  isServerError,
  readsStored,
  saves,
  wrongStatus,
} from './session-queries.ts'

/** Another instance, another process, another connection: is the session still there? */
export const sessionStore: Diagnosis[] = [
  {
    id: 's5-memory-store',
    likely:
      'The sessions are in the memory of one process. Without the option `store` express-session uses its MemoryStore, and nothing reaches Redis.',
    lookAt: '`store` among the options of session()',
    requires: (evidence) => isLost(evidence) && evidence.apps.length > 1 && !isSaved(evidence),
  },
  {
    id: 's5-clears-sessions',
    likely:
      'An instance deletes all keys of the sessions when it starts or stops. All instances share them.',
    lookAt: 'where keys are deleted: FLUSHALL, FLUSHDB, `store.clear()`',
    requires: (evidence) => isLost(evidence) && evidence.apps.some(clears),
  },
  {
    id: 's5-cookie-name-differs',
    likely: 'Each instance uses another cookie name, so none finds the cookie of the others.',
    lookAt: '`name` among the options of session()',
    requires: ({ fact }) => fact.expectation === 'cookie-name',
  },
  {
    id: 's5-instance-specific-prefix',
    likely: 'Each instance looks for the session under another key: the prefix differs.',
    lookAt: '`prefix` among the options of the store',
    requires: forApp((app, evidence) => isLost(evidence) && looksElsewhere(app, evidence)),
  },
  {
    id: 's5-random-secret',
    likely:
      'Each process uses its own secret, so an instance rejects the cookies that the others signed.',
    lookAt: '`secret` among the options of session(), and where it comes from',
    // A cookie with another signature is rejected before the store is asked.
    requires: forApp(
      (app, evidence) =>
        isLost(evidence) &&
        evidence.apps.length > 1 &&
        isSaved(evidence) &&
        !readsStored(app, evidence),
    ),
  },
  {
    id: 's5-answered-unread',
    likely: ({ app }) =>
      `${app?.name} answered GET /me without reading the session from Redis. A copy of the session in a process does not change when another instance stores or deletes the session.`,
    lookAt:
      'where your code keeps sessions besides Redis, such as a Map in front of the store: without that each request reads the session from Redis',
    requires: (evidence) => evidence.apps.length > 1 && isAnsweredUnread(evidence),
    shows: ({ apps }) =>
      apps
        .flatMap((app) => [...saves(app), ...deletes(app), ...commands(app, 'GET')])
        .toSorted((a, b) => a.seq - b.seq)
        .slice(-8),
  },
  {
    id: 's5-no-error-listener',
    likely:
      "One of the connections has no 'error' listener. When it breaks, Node.js ends the program.",
    lookAt: "`on('error', …)` on each of the three connections",
    requires: forApp((app) => isUnhandled(app)),
  },
  {
    id: 's5-connection-given-up',
    likely:
      "Redis is online again and the store's client is not connected: its options make it give up, or it was closed.",
    lookAt: "`reconnectStrategy`, if there is one, and what the 'error' listeners do",
    requires: forApp(
      (app, evidence) =>
        firstCut(app) !== undefined &&
        !isUnhandled(app) &&
        (isServerError(wrongStatus(evidence, 'me')) || evidence.fact.kind === 'http-missing'),
    ),
  },
]

function isUnhandled(app: AppEvidence): boolean {
  return stderrMatches(app, /Unhandled 'error' event|Emitted 'error' event/)
}

function clears(app: AppEvidence): boolean {
  const names = commands(app).map(({ name }) => name)
  return names.some((name) => name.startsWith('FLUSH')) || names.includes('SCAN')
}

// It asked for a session that was stored, under a key that was not.
function looksElsewhere(app: AppEvidence, { apps }: Evidence): boolean {
  const stored = apps.flatMap((one) => saves(one))
  const keys = new Set(stored.map(({ args }) => args[0] ?? ''))
  const ids = new Set(idsIn(stored))
  const missed = commands(app, 'GET').filter(({ args }) => !keys.has(args[0] ?? ''))
  return idsIn(missed).some((id) => ids.has(id))
}
