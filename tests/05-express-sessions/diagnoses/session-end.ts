import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  isAnsweredUnread,
  isLoginDeleted,
  isOk,
  missedDeletes,
  wrongStatus,
} from './session-queries.ts'

/** When does a session end? */
export const sessionEnd: Diagnosis[] = [
  {
    id: 's5-logout-not-awaited',
    likely:
      'You answer POST /logout before the session is deleted, so for a moment a copy of the cookie is still logged in.',
    lookAt: 'what is awaited before `POST /logout` answers',
    requires: (evidence) =>
      isOk(wrongStatus(evidence, 'copied-cookie', 'logged-out')) &&
      isLoginDeleted(evidence) &&
      !isAnsweredUnread(evidence),
  },
  {
    id: 's5-logout-cookie-only',
    likely: (evidence) => {
      const [missed] = missedDeletes(evidence)
      return missed
        ? `Logout deletes the key ${missed.args[0]}, which does not exist: Redis replied 0. The session has another key, and a copy of the cookie is still logged in.`
        : 'Logout does not delete the session in Redis. The cookie, or a copy of it, is still logged in.'
    },
    lookAt: (evidence) =>
      missedDeletes(evidence).length > 0
        ? '`POST /logout`: `req.session.destroy()` finds the key; a store puts its prefix in front of the id that it is given'
        : '`POST /logout`: what deletes the session itself? `req.session = null` leaves it in Redis',
    requires: (evidence) =>
      isOk(wrongStatus(evidence, 'copied-cookie', 'logged-out')) &&
      !isLoginDeleted(evidence) &&
      !isAnsweredUnread(evidence),
  },
  {
    id: 's5-logs-out-others',
    likely: 'The logout of one user ends the session of another one.',
    lookAt:
      '`POST /logout`: `req.session.destroy()` ends this session, `clear()` of a store all',
    requires: (evidence) => wrongStatus(evidence, 'others-stay') !== undefined,
  },
  {
    id: 's5-never-expires',
    likely: "The session's key has no time to live, so it stays in Redis forever.",
    lookAt: 'the options of the store, and the SET of the key on the wire',
    requires: ({ fact }) => fact.expectation === 'session-never-expires',
  },
  {
    id: 's5-expires-too-soon',
    likely:
      'The session expires too soon. The time to live of the cookie (maxAge) is in milliseconds, that of the store (ttl) in seconds.',
    lookAt: '`maxAge` among the options of the cookie, and `ttl` among those of the store',
    requires: ({ fact }) => fact.expectation === 'session-expires-soon',
  },
  {
    id: 's5-secret-in-code',
    likely: 'The secret is hard-coded or comes from another variable than SESSION_SECRET.',
    lookAt: '`secret` among the options of session(): the name of the variable',
    requires: (evidence) => wrongStatus(evidence, 'other-secret') === 200,
  },
]
