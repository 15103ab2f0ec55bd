import type { Express } from 'express'
import type { Recording } from '../proxy/index.ts'
import {
  type AccessRules,
  type Assets,
  createLocalApp,
  endRoutes,
  sendAssets,
} from '../web/index.ts'
import { type LiveServer, openLiveServer } from './live-server.ts'
import { LogBuffer } from './log-buffer.ts'
import { missingPage, wirePage } from './pages.ts'
import { parseAction } from './parse-action.ts'
import type { ActionResult, State } from './protocol.ts'
import { TopologyTracker } from './topology.ts'
import { TrafficFeed } from './traffic-feed.ts'
import { type Flow, UpdateStream } from './update-stream.ts'
import { toWireDetails } from './wire-item.ts'

const mostPrograms = 6

/** Programs that the workshop did not start, and the Redis that they reach through a proxy. */
export interface WireInfo {
  /** What they exchange, with their names: see `nameClients`. */
  recording: Recording
  /** Where they connect, and where that leads; without passwords. */
  address: string
  redis: string
}

/** Serves the page of `npm run wire`, see {@link openLiveServer}. It can change nothing. */
export async function openWirePage(
  building: Promise<Assets>,
  wire: WireInfo,
): Promise<LiveServer> {
  const [assets, stream] = [await building, new WireStream(wire.recording)]
  const { url, close } = await openLiveServer({
    name: 'wire',
    preferredPort: 4324,
    assets,
    pages: (rules) => pages(rules, wire, assets),
    stream,
    act: async (request) => stream.answer(request),
  })
  return { url, close: () => stream.close().then(close) }
}

class WireStream extends UpdateStream {
  readonly run: Flow
  protected readonly state: State = {
    steps: [],
    run: undefined,
    checks: {},
    onSave: undefined,
    drill: undefined,
    editor: undefined,
    inClassroom: false,
  }
  private readonly traffic: TrafficFeed

  constructor(recording: Recording) {
    super()
    const onChange = () => this.schedule()
    this.traffic = new TrafficFeed(recording, onChange, new TopologyTracker(mostPrograms))
    this.run = { runNumber: 1, log: new LogBuffer(onChange), traffic: this.traffic }
  }

  /** All of an event: there is nothing else that this page asks for. */
  answer(request: unknown): ActionResult {
    const action = parseAction(request)
    const event = action?.do === 'whole' ? this.traffic.find(action.seq) : undefined
    if (!event) return { problem: 'That message is no longer kept' }
    return { problem: '', details: toWireDetails(event) }
  }

  override async close(): Promise<void> {
    this.traffic.close()
    await super.close()
  }
}

function pages(rules: AccessRules, wire: WireInfo, { files }: Assets): Express {
  const app = createLocalApp(rules, (host) => ({ connections: `ws://${host} wss://${host}` }))
  app.get('/', (_req, res) => void res.send(wirePage(wire)))
  sendAssets(app, files)
  endRoutes(app, () => missingPage([]))
  return app
}
