// Three requests that live on the session. It is saved when the answer ends: change it before.
// Left out: counting exactly. Of two views at the same moment the later save wins.

import type { Request, Response } from 'express'

const instance = process.env.DYNO || 'web.1'

/** POST /login {"user":"ada"}: from now on this browser is ada. */
export async function login(req: Request, res: Response): Promise<void> {
  const user = readUser(req.body)
  if (!user) {
    res.status(400).json({ error: 'expected {"user":"ada"}', instance })
    return
  }
  // A new id for a new user: the old one may be known to somebody else (session fixation).
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()))
  })
  req.session.user = user
  res.json({ user, instance })
}

/** GET /me: who am I, how often did I ask, and who answers? */
export function me(req: Request, res: Response): void {
  const { user, views = 0 } = req.session
  if (!user) {
    res.status(401).json({ error: 'who are you?', instance })
    return
  }
  req.session.views = views + 1
  res.json({ user, views: views + 1, instance })
}

/** POST /logout: forgotten by Redis, and so by every instance. */
export async function logout(req: Request, res: Response): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.destroy((error) => (error ? reject(error) : resolve()))
  })
  res.clearCookie('connect.sid').json({ instance })
}

// No control characters, no half characters: the name travels on.
function readUser(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('user' in body)) return undefined
  if (typeof body.user !== 'string') return undefined
  const user = body.user.trim()
  return /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(user) ? user : undefined
}
