// Devices of a chat, many of them in this one process: apart from the app, so that the processor
// time they use is not counted as the app's. The bench sends commands over IPC.
import { type Socket, io } from 'socket.io-client'
import { isRecord } from '../../../course/text.ts'
import {
  type LoadCommand,
  type LoadDevice,
  type LoadReport,
  type SentMessage,
  monotonicMs,
} from './load-protocol.ts'

const tickMs = 10
// Every tenth message goes to the sender's own other devices.
const toOneself = 0.1

// Message numbers of several load processes must not meet.
const [first = 0, stride = 1] = process.argv.slice(2).map(Number)
const devices: { user: string; socket: Socket }[] = []
let messages = 0
let timer: NodeJS.Timeout | undefined
let connected: number[] = []
let sent: SentMessage[] = []
let acknowledged = 0
let received: number[] = []
let problems: string[] = []

process.on('message', (command: LoadCommand) => {
  if (command.do === 'connect') command.devices.forEach(connect)
  if (command.do === 'send') send(command.perSecond)
  if (command.do === 'stop') clearInterval(timer)
  process.send?.(takeReport())
})
// The bench has ended, however that happened.
process.on('disconnect', () => process.exit())

function takeReport(): LoadReport {
  const packed = Float64Array.from(received)
  const report = { connected, sent, acknowledged, received: packed, problems }
  connected = []
  sent = []
  acknowledged = 0
  received = []
  problems = []
  return report
}

function connect({ number, user, token, url }: LoadDevice): void {
  const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token } })
  const name = `device ${number} (${user})`
  socket.once('connect', () => {
    const args = { device: String(number), name: 'bench' }
    socket.emit('message', { event: 'hello', args }, () => {
      devices.push({ user, socket })
      connected.push(number)
    })
  })
  socket.on('disconnect', (reason) => problems.push(`${name} lost its connection: ${reason}`))
  socket.on('message', (envelope: unknown) => {
    const at = monotonicMs()
    const { event, args } = isRecord(envelope) ? envelope : {}
    if (event === 'messageSent' && isRecord(args))
      received.push(Number(args['text']), number, at)
  })
}

// As many as are due at each tick: a late tick makes up for it.
function send(perSecond: number): void {
  const start = performance.now()
  let done = 0
  timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond)
    for (; done < due; done++) sendOne()
  }, tickMs)
}

function sendOne(): void {
  const { user: from, socket } = anyOf(devices) ?? {}
  if (from === undefined || !socket) return
  const others = devices.filter(({ user }) => user !== from)
  const to = Math.random() < toOneself ? from : (anyOf(others)?.user ?? from)
  const message = first + messages * stride
  messages += 1
  sent.push({ message, from, to, at: monotonicMs() })
  const envelope = { event: 'sendMessage', args: { to, text: String(message) } }
  socket.emit('message', envelope, (result: unknown) => {
    acknowledged += 1
    if (!isRecord(result) || result['error'] !== undefined)
      problems.push(`message ${message} was refused: ${JSON.stringify(result)}`)
  })
}

function anyOf<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)]
}
