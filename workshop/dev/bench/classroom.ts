import { once, setMaxListeners } from 'node:events'
import { type IncomingMessage, Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { io } from 'socket.io-client'
import type { Row } from '../../classroom/protocol.ts'
import { seal, startKeyAgreement } from '../../classroom/seal.ts'
import { steps } from '../../course/index.ts'
import { isRecord, parseJson } from '../../course/text.ts'
import { UserError } from '../../errors.ts'
import { CliProcess } from '../cli-process.ts'
import { copyWorkspace } from '../workspace-copy.ts'
import { Bench } from './bench.ts'
import { cpuSeconds } from './soak/proc.ts'
import { median, time } from './table.ts'

const laptops = 200
const perAddress = 20
const everyMs = 2000
const seconds = { usual: 300, most: 3600 }
// The number of steps passed in a report; it distinguishes the reports of a laptop.
const marks = 40
// Beyond this a report that the board does not show counts as lost.
const lostMs = 10_000

interface Laptop {
  id: string
  secret: string
  agent: Agent
}

/**
 * `npm run bench classroom [seconds]`: 200 laptops, at ten loopback addresses, each of which
 * reports every 2 s to a classroom that has one core. Measures when the board shows each report.
 *
 * @returns 0; 1 when a report was refused or lost
 */
export async function runClassroom(words: string[], stop: AbortSignal): Promise<number> {
  const duration = Number(words[0] ?? seconds.usual)
  if (words.length > 1 || !(duration > 0 && duration <= seconds.most))
    throw new UserError(`It is: npm run bench classroom [1 to ${seconds.most} seconds]`)
  const bench = new Bench()
  try {
    return await measure(bench, duration * 1000, stop)
  } finally {
    await bench.clear()
  }
}

async function measure(bench: Bench, ms: number, stop: AbortSignal): Promise<number> {
  const folder = bench.folder('classroom')
  await copyWorkspace(folder, ['workshop', 'package.json', 'steps', 'solutions'])
  const command = ['taskset', '-c', '0', process.execPath, 'workshop/launcher.cjs']
  const terminal = CliProcess.spawn(folder, [...command, 'classroom', '127.0.0.2:0'])
  const joinLine = await terminal.waitForOutput(/npm run join (\S+ \S+)\n/)
  const [url = '', code = ''] = joinLine.split(' ')
  const shown = new ShownReports()
  const close = await shown.follow(
    await terminal.waitForOutput(/(http:\/\/127\.0\.0\.1:\S+)\s/),
  )
  const [step] = await steps()
  const room: Laptop[] = []
  for (let at = 0; at < laptops; at++) room.push(await joinRoom(url, code, at))
  const start = performance.now()
  const cpu = cpuSeconds(terminal.pid)
  let refused = 0
  setMaxListeners(laptops + 10, stop)
  const lives = room.map(async ({ id, secret, agent }, at) => {
    await delay((at / laptops) * everyMs, undefined, { signal: stop })
    for (let seq = 1; performance.now() - start < ms; seq++) {
      const report = {
        step: step?.slug,
        goals: [],
        diagnosedAt: 0,
        progressAt: 0,
        checkedAt: 0,
      }
      const passed = seq % marks
      shown.expect(id, passed)
      const body = seal(secret, 'report', { ...report, passed, seq })
      const { statusCode } = await post(agent, `${url}/report/${id}`, body)
      if (statusCode !== 204) refused += 1
      await delay(everyMs, undefined, { signal: stop })
    }
  })
  await Promise.all(lives).finally(() => room.map(({ agent }) => agent.destroy()))
  await shown.settle()
  const used = (cpuSeconds(terminal.pid) - cpu) / ((performance.now() - start) / 1000)
  close()
  return print(bench, shown, refused, used)
}

function print(
  bench: Bench,
  { delays, lost }: ShownReports,
  refused: number,
  cpu: number,
): number {
  const sorted = delays.toSorted((a, b) => a - b)
  bench.section(`The classroom: ${laptops} laptops, a report every ${time(everyMs)}, one core`)
  bench.row({ what: 'reports on the board', value: String(sorted.length) })
  bench.row({ what: 'refused', value: String(refused), aim: '0' })
  bench.row({ what: 'lost', value: String(lost), aim: '0' })
  bench.times('from sending to the board, median', [median(sorted)])
  bench.times('the slowest of a hundred', [sorted[Math.floor(sorted.length * 0.99)] ?? NaN])
  bench.times('the slowest', [sorted.at(-1) ?? NaN], '1 s')
  bench.row({ what: 'processor of the classroom', value: `${Math.round(cpu * 100)} %` })
  return refused + lost === 0 ? 0 : 1
}

async function joinRoom(url: string, code: string, at: number): Promise<Laptop> {
  const localAddress = `127.0.0.${3 + Math.floor(at / perAddress)}`
  const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress })
  const keys = startKeyAgreement()
  const body = JSON.stringify({ code, name: `laptop ${at + 1}`, publicKey: keys.publicKey })
  const response = await post(agent, `${url}/join`, body)
  const { id, publicKey } = response.answer
  if (typeof id !== 'string' || typeof publicKey !== 'string')
    throw new Error(`laptop ${at + 1} could not join: ${response.statusCode}`)
  return { id, agent, secret: keys.deriveSecret(publicKey) }
}

async function post(agent: Agent, url: string, body: string | Uint8Array) {
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const sent = request(url, { method: 'POST', agent, headers }).end(body)
  const [response]: IncomingMessage[] = await once(sent, 'response')
  if (!response) throw new Error('there is no response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  const answer = parseJson(text)
  return { statusCode: response.statusCode, answer: isRecord(answer) ? answer : {} }
}

/** What the board has shown of what was sent. */
class ShownReports {
  readonly delays: number[] = []
  lost = 0
  private readonly waiting = new Map<string, { passed: number; sentAt: number }>()

  /** A report is about to be sent. One of that laptop that was never shown is lost. */
  expect(id: string, passed: number): void {
    if (this.waiting.has(id)) this.lost += 1
    this.waiting.set(id, { passed, sentAt: performance.now() })
  }

  /** Opens the board as a browser does. @returns a function that closes it */
  async follow(printed: string): Promise<() => void> {
    const { origin } = new URL(printed)
    const { headers } = await fetch(printed, { redirect: 'manual' })
    const [cookie = ''] = headers.getSetCookie()[0]?.split(';') ?? []
    const socket = io(origin, { transports: ['websocket'], extraHeaders: { cookie, origin } })
    socket.on('rows', (rows: Row[]) => this.take(rows))
    await new Promise<void>((resolve) => socket.once('hello', () => resolve()))
    return () => void socket.close()
  }

  /** Waits for what is still on its way. */
  async settle(): Promise<void> {
    const until = performance.now() + lostMs
    while (this.waiting.size > 0 && performance.now() < until) await delay(50)
    this.lost += this.waiting.size
  }

  private take(rows: Row[]): void {
    const now = performance.now()
    for (const { id, report } of rows) {
      const wanted = this.waiting.get(id)
      if (!wanted || report?.passed !== wanted.passed) continue
      this.delays.push(now - wanted.sentAt)
      this.waiting.delete(id)
    }
  }
}
