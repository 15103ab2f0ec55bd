// What a browser asks for over HTTP. All the rest of the chat goes through sockets.

import express, { type Express } from 'express'
import { instance } from './instance.ts'
import { socketsState } from './sockets-state.ts'

/** The page, and a look into the memory of this process. */
export function newApp(): Express {
  const app = express()
  app.get('/', (_req, res) => res.sendFile('chat.html', { root: import.meta.dirname }))
  app.get('/state', (_req, res) => {
    res.json({ instance, devices: socketsState.count() })
  })
  return app
}
