import { type Edit, combine, replaceIn } from '../../workshop/check/suite.ts'

// The pieces of the solution that wrong programs replace.

/** In dispatch(): the message is published. */
export const publish = 'bus.emit(CHANNEL, message)'

/** In the handler of `sendMessage`: the message is dispatched for one user. */
export const messageSent = "dispatch({ event: 'messageSent', id, args: { from, to, text } })"

/** There, too: once for each user. */
export const loop = 'for (const id of new Set([from, to])) {'

/** In newBus(): the one bus is made. */
export const newBus = 'new NodeRedisPubSub({ url, retry_max_delay: 2000 })'

/** In start(): the subscription. */
export const open =
  'await openDispatch(bus) // first: a connected device must not miss a message'

/** In newChat(): the listener for devices that connect. */
export const connected = "io.on('connection', onConnection)"

/** In subscribe(): the subscription. */
export const subscription = `return new Promise<void>((resolve, reject) => {
    bus.on(channel, handler, (error) => (error ? reject(error) : resolve()))
  })`

/** In deliver(): a received message is delivered to the devices that are connected here. */
export const deliver = 'socketsState.emit(id, event, args)'

/** In newBus(): the listener for 'error'. */
export const errorListener = "bus.on('error', (error) => reportError(error))"

/** In newBus(): what that listener does. */
export const reportError = 'function reportError(error: unknown): void {'

/** Imports socketsState in handlers.ts, which the solution does not need there. */
export const withState = replaceIn(
  'handlers.ts',
  "import { instance } from './instance.ts'",
  "import { instance } from './instance.ts'\nimport { socketsState } from './sockets-state.ts'",
)

/** Keeps what `on()` of the bus returns where devices connect: `off` ends the subscription. */
export const keepsOff = combine(
  replaceIn(
    'bus.ts',
    subscription,
    `return new Promise<() => void>((resolve, reject) => {
    const off = bus.on(channel, handler, (error) => (error ? reject(error) : resolve(off)))
  })`,
  ),
  replaceIn('chat.ts', open, 'off = await openDispatch(bus)'),
  replaceIn('chat.ts', 'const bus = newBus()', 'const bus = newBus()\n  let off = () => {}'),
)

/** Inserts code where a device has connected: `socket` and `io` are at hand. */
export function onDevice(code: string): Edit {
  return replaceIn(
    'chat.ts',
    connected,
    `${connected}\n  io.on('connection', (socket) => {\n    ${code}\n  })`,
  )
}
