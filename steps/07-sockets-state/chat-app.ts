// The HTTP part of the chat. Everything else goes through sockets.

import express, { type Express } from 'express'
import { instance } from './instance.ts'
import { socketsState } from './sockets-state.ts'

/** Serves the page, and at /state the number of devices per user in this process. */
export function newApp(): Express {
  const app = express()
  app.get('/', (_req, res) => res.sendFile('chat.html', { root: import.meta.dirname }))
  app.get('/state', (_req, res) => {
    res.json({ instance, devices: socketsState.count() })
  })
  return app
}
