// Login, who am I, logout. express-session stores the session when the response ends, so change it
// before. Left out: exact counting. Of two views at the same moment the later save wins.

import type { Request, Response } from 'express'

const instance = process.env.DYNO || 'web.1'

/** POST /login {"user":"ada"}: from now on this browser is logged in as ada. */
export async function login(req: Request, res: Response): Promise<void> {
  const user = readUser(req.body)
  if (!user) {
    res.status(400).json({ error: 'expected {"user":"ada"}', instance })
    return
  }
  // TODO(5) An attacker may know the session's id: give it a new one with regenerate(), before you
  // write the user into it. Answer only after the session is stored. If that fails, let login()
  // reject: app.ts then answers with 503.
  req.session.user = user
  res.json({ user, instance })
}

/** GET /me: the user, the number of views, and the instance that answers. */
export function me(req: Request, res: Response): void {
  const { user, views = 0 } = req.session
  if (!user) {
    res.status(401).json({ error: 'not logged in', instance })
    return
  }
  req.session.views = views + 1
  res.json({ user, views: views + 1, instance })
}

/** POST /logout: deletes the session in Redis, and so on every instance. */
export async function logout(_req: Request, res: Response): Promise<void> {
  // TODO(5) The browser deletes its cookie, but the session still exists. Call its destroy(), then
  // answer.
  res.clearCookie('connect.sid').json({ instance })
}

// The methods of a session take a callback. This makes a promise of such a call:
// await completed((done) => req.session.save(done))
function completed(call: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()))
  })
}

// No control characters and no lone surrogates: the name becomes part of other messages.
function readUser(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('user' in body)) return undefined
  if (typeof body.user !== 'string') return undefined
  const user = body.user.trim()
  return /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(user) ? user : undefined
}
