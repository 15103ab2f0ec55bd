import { createServer } from 'node:http'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { isRecord } from '../course/text.ts'
import { listen } from '../proxy/sockets.ts'
import { isToken } from '../web/index.ts'
import { limitConnections } from './connection-limit.ts'
import { hasKit, kitFile, kitFolder } from './kit.ts'
import { messageLimits } from './protocol.ts'
import { type Learner, type Room, isShownCode } from './room.ts'
import { openSealed } from './seal.ts'
import { SharedRedis } from './shared-redis.ts'
import { type CourseIds, parseReport } from './learner-report.ts'

/** How often something may happen. */
export const rateLimits = {
  /** Wrong codes from one address, each minute. */
  wrongCodes: 20,
  /** Requests from one address, each second; a router can hide a whole room behind one. */
  requests: 200,
  /** Messages of one learner, each second. */
  messages: 10,
  connectionsPerAddress: 80,
}

/** What laptops reach over the network. */
export interface LearnerServer {
  /** `http://10.0.0.5:4400` */
  url: string
  close(): Promise<void>
}

/**
 * Listens on one address of this machine for the laptops of a room. A learner can join, report,
 * show code and leave here, and read nothing: the board is another server.
 *
 * @param port 0 for a free one
 * @throws the system's error when it cannot listen there
 */
export async function openLearnerServer(
  room: Room,
  ids: CourseIds,
  { host, port }: { host: string; port: number },
): Promise<LearnerServer> {
  const app = express().disable('x-powered-by')
  const server = createServer(
    // A request that arrives byte by byte is ended.
    { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 2000 },
    app,
  )
  limitConnections(server, rateLimits.connectionsPerAddress)
  const url = `http://${host}:${await listen(server, port, host)}`
  const redis = new SharedRedis(room)
  room.onRemove = () => void redis.syncUsers().catch(console.error)
  const redisPort = await redis.listen(host, port && port + 1)
  addRoutes(app, { room, ids, url, redisPort })
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await redis.close()
  }
  return { url, close }
}

const howToJoin = 'To join it, type the line on the projector in a terminal.\n'

interface Routes {
  room: Room
  ids: CourseIds
  url: string
  redisPort: number
}

function addRoutes(app: Express, { room, ids, url, redisPort }: Routes): void {
  const requests = new RateLimit(rateLimits.requests, 1000)
  app.use((req, res, next) => {
    res.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' })
    if (!requests.take(addressOf(req))) return end(res, 429)
    if (!isFromNoWebsite(req, url)) return end(res, 403)
    next()
  })
  // For a browser that tries whether the network leads here.
  app.get('/', (_req, res) => void res.type('text').send(`The classroom is here. ${howToJoin}`))
  // It holds no secret, and can be made while this runs.
  app.get('/kit.tgz', (_req, res) => {
    if (hasKit()) res.sendFile(kitFile, { root: kitFolder })
    else end(res, 404)
  })
  app.get('/hello', (_req, res) => end(res, 204))
  app.post('/join', express.json({ limit: messageLimits.join }), joinRoute(room, redisPort))
  const messages = messageRoute(room)
  app.post(
    '/report/:id',
    messages('report', async (learner, value) => {
      const report = parseReport(value, ids, Date.now())
      if (!report) return 400
      room.report(learner, report)
      return 204
    }),
  )
  app.post(
    '/code/:id',
    messages('code', async (learner, value) => {
      if (!isShownCode(value) || !ids.steps.has(value.step)) return 400
      await room.showCode(learner, { step: value.step, files: value.files })
      return 204
    }),
  )
  app.post(
    '/leave/:id',
    messages('leave', async (learner) => {
      await room.remove(learner.id)
      return 204
    }),
  )
  app.use((_req, res) => end(res, 404))
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error)
    const status =
      isRecord(error) && typeof error['status'] === 'number' ? error['status'] : 500
    if (status === 500) console.error(error)
    end(res, status)
  })
}

/**
 * Whether no page of a website sent a request. These state where they come from, and a
 * website that points its name here (DNS rebinding) has another `Host`.
 */
function isFromNoWebsite({ headers }: Request, url: string): boolean {
  const { host, origin, 'sec-fetch-site': site = 'none' } = headers
  return `http://${host}` === url && origin === undefined && site === 'none'
}

function joinRoute(room: Room, redisPort: number) {
  const wrong = new RateLimit(rateLimits.wrongCodes, 60_000)
  return async (req: Request, res: Response): Promise<void> => {
    const address = addressOf(req)
    const { code, name, publicKey } = isRecord(req.body) ? req.body : {}
    // The right code is refused as well: else the tries could go on until one is accepted.
    if (wrong.isUsedUp(address)) return end(res, 429)
    if (!isToken(normalizeCode(code), normalizeCode(room.code))) {
      wrong.take(address)
      return end(res, 401)
    }
    const clean = cleanName(name)
    if (clean === '' || typeof publicKey !== 'string') return end(res, 400)
    if (room.isFull(address)) return end(res, 503)
    let added: ReturnType<Room['add']>
    try {
      added = room.add(clean, address, publicKey)
    } catch {
      return end(res, 400) // It is no public key.
    }
    await room.save()
    const { learner, publicKey: ours } = added
    res.json({ id: learner.id, name: learner.name, publicKey: ours, redisPort })
  }
}

type OnMessage = (learner: Learner, value: Record<string, unknown>) => Promise<number>

// Takes messages that only the learner's machine can have made, and that did not come before.
function messageRoute(room: Room) {
  const rate = new RateLimit(rateLimits.messages, 1000)
  return (purpose: keyof typeof messageLimits, onMessage: OnMessage) => [
    express.raw({ type: () => true, limit: messageLimits[purpose] }),
    async (req: Request<{ id: string }>, res: Response): Promise<void> => {
      const learner = room.find(req.params.id)
      const value = learner && openSealed(learner.secret, purpose, bytesOf(req.body))
      if (!learner || !isRecord(value)) return end(res, 401)
      if (!rate.take(learner.id)) return end(res, 429)
      const { seq } = value
      if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return end(res, 400)
      if (seq <= learner.seq) return void res.status(409).json({ seq: learner.seq })
      learner.seq = seq
      const status = await onMessage(learner, value)
      if (status === 204) await room.save()
      end(res, status)
    },
  ]
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array()
}

function end(res: Response, status: number): void {
  res.status(status).end()
}

function addressOf({ socket }: Request): string {
  return socket.remoteAddress ?? ''
}

function normalizeCode(code: unknown): string {
  return typeof code === 'string' ? code.toUpperCase().replaceAll(/[^\w]/g, '') : ''
}

/** A name as it may stand on a wall: visible characters on one line, no towers of accents. */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return ''
  const line = name.normalize('NFC').replaceAll(/\s+/g, ' ')
  const visible = line.replaceAll(/\p{C}/gu, '').replaceAll(/(\p{M}{2})\p{M}+/gu, '$1')
  return [...visible.trim()].slice(0, 30).join('').trim()
}

/** How often something may happen within a time, for each address or learner. */
class RateLimit {
  private counts = new Map<string, number>()
  private until = 0

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
  ) {}

  /** Counts one more. @returns whether it was allowed */
  take(key: string): boolean {
    if (this.isUsedUp(key)) return false
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
    return true
  }

  isUsedUp(key: string): boolean {
    const now = Date.now()
    // All at once: no count stays in memory for longer.
    if (now >= this.until) {
      this.counts.clear()
      this.until = now + this.windowMs
    }
    return (this.counts.get(key) ?? 0) >= this.most
  }
}
