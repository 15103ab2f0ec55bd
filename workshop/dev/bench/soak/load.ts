// Devices of a chat, many of them in this one process: apart from the app, so that what they
// use of the processors is not counted as the app's. The bench gives orders over IPC.
import { Device } from './device.ts'
import { ReportBuffer } from './report-buffer.ts'
import type { LoadCommand } from './load-protocol.ts'

const users = ['ada', 'grace', 'linus']
const tickMs = 10
// To one's own other devices goes every tenth message.
const toOneself = 0.1

// Which of how many load processes this is: their numbers must not meet.
const [first = 0, stride = 1] = process.argv.slice(2).map(Number)
const notes = new ReportBuffer(first, stride)
const devices: Device[] = []
let timer: NodeJS.Timeout | undefined

process.on('message', (order: LoadCommand) => {
  obey(order)
  process.send?.(notes.take())
})
// The bench is gone, however it went.
process.on('disconnect', () => process.exit())

function obey(order: LoadCommand): void {
  if (order.do === 'connect') {
    for (const plan of order.devices) devices.push(new Device(plan, order.url, notes))
  }
  if (order.do === 'send') send(order.perSecond)
  if (order.do === 'rest') clearInterval(timer)
  if (order.do === 'fence') fence()
}

// As many as are due at each tick: a late one makes up for it.
function send(perSecond: number): void {
  const start = performance.now()
  let sent = 0
  timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond)
    for (; sent < due; sent++) sendOne()
  }, tickMs)
}

function sendOne(): void {
  const device = any(devices.filter(({ instance }) => instance !== undefined))
  if (!device) return
  const others = users.filter((user) => user !== device.user)
  device.say(Math.random() < toOneself ? device.user : (any(others) ?? device.user))
}

function fence(): void {
  const here = devices.filter(({ instance }) => instance !== undefined)
  const speakers = new Map(here.map((device) => [device.instance, device]))
  for (const device of speakers.values()) for (const user of users) device.say(user)
}

function any<T>(things: readonly T[]): T | undefined {
  return things[Math.floor(Math.random() * things.length)]
}
