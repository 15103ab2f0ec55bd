// The HTTP part of the chat: logging in, and the history of a conversation.

import express, { type Express, type Request } from 'express'
import { signToken, verifyToken } from './auth.ts'
import { fieldsOf } from './fields.ts'
import { readHistory } from './history.ts'
import { instance } from './instance.ts'
import { socketsState } from './sockets-state.ts'
import { isUser } from './users.ts'

/** Serves the page, tokens, histories, and at /state the number of devices per user in this process. */
export function newApp(): Express {
  const app = express()
  app.get('/', (_req, res) => res.sendFile('chat.html', { root: import.meta.dirname }))
  app.get('/state', (_req, res) => {
    res.json({ instance, devices: socketsState.count() })
  })

  app.post('/login', express.json(), async (req, res) => {
    const { user } = fieldsOf(req.body)
    if (!isUser(user)) return res.status(401).json({ error: 'unknown user' })
    res.json({ token: await signToken(user) })
  })

  // /history?with=grace, or /history?user=ada&with=grace, which only ada may ask for.
  app.get('/history', async (req, res) => {
    const user = await userOf(req)
    const { user: asked = user, with: other } = req.query
    if (!user) return res.status(401).json({ error: 'no valid token' })
    if (asked !== user) return res.status(403).json({ error: 'not your conversation' })
    if (!isUser(other)) return res.status(400).json({ error: 'expected ?with=grace' })
    try {
      res.json({ messages: await readHistory(user, other) })
    } catch {
      res.status(503).json({ error: 'the history is not available' })
    }
  })
  return app
}

/** The user of the token in the header `Authorization: Bearer`, if it is valid. */
async function userOf(req: Request): Promise<string | undefined> {
  const token = req.get('Authorization')?.replace(/^Bearer /i, '')
  return verifyToken(token).then(
    ({ user }) => user,
    () => undefined,
  )
}
