import { createServer } from 'node:http'
import type { Express } from 'express'
import { Server as Sockets } from 'socket.io'
import {
  type AccessRules,
  type Assets,
  createLocalApp,
  endRoutes,
  isLocalSocket,
  listenOnRememberedPort,
  readOrCreateToken,
  sendAssets,
} from '../web/index.ts'
import { boardPage, codePage, missingPage } from './pages.ts'
import type { BoardInfo } from './protocol.ts'
import type { Room } from './room.ts'

const preferredPort = 4323
const tickMs = 200

/** The board, being served. */
export interface Board {
  /** With the token that lets a browser in. */
  url: string
  /** Sends the rows to every page, with others that change at the same time. */
  update(): void
  close(): Promise<void>
}

/** Serves the board on 127.0.0.1: only the instructor's browser can read it. */
export async function openBoard(room: Room, info: BoardInfo, assets: Assets): Promise<Board> {
  const token = await readOrCreateToken('board-token')
  const rules = { name: 'board', token }
  const server = createServer(pages(rules, room, info, assets))
  const io = new Sockets(server, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 10_000,
    allowRequest: (request, decide) => decide(null, isLocalSocket(request, rules)),
  })
  io.on('connection', (socket) => {
    socket.emit('hello', info, room.rows)
    socket.on('remove', (id: unknown) => {
      if (typeof id === 'string') void room.remove(id).then(() => room.save(), console.error)
    })
  })
  let timer: NodeJS.Timeout | undefined
  const update = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      io.emit('rows', room.rows)
    }, tickMs)
  }
  const port = await listenOnRememberedPort(server, 'board-port', preferredPort)
  const close = async () => {
    clearTimeout(timer)
    await io.close()
  }
  return { url: `http://127.0.0.1:${port}/?token=${token}`, update, close }
}

function pages(rules: AccessRules, room: Room, info: BoardInfo, { files }: Assets): Express {
  const app = createLocalApp(rules, (host) => ({ connections: `ws://${host}` }))
  app.get(['/', '/projector'], (_req, res) => void res.send(boardPage()))
  app.get('/code/:id', async (req, res, next) => {
    const shown = await room.readCode(req.params.id)
    if (!shown) return next()
    const step = info.steps.find(({ slug }) => slug === shown.code.step)
    res.send(codePage(shown.learner.name, step, shown.code.files))
  })
  sendAssets(app, files)
  endRoutes(app, missingPage)
  return app
}
