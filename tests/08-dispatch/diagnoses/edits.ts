import { replaceIn } from '../../../workshop/check/suite.ts'

// The pieces of the solution that wrong programs replace.

/** In dispatch(): the message is published. */
export const publish = 'bus.emit(CHANNEL, message)'

/** In the handler of `sendMessage`: the message is dispatched for one user. */
export const messageSent = "dispatch({ event: 'messageSent', id, args: { from, to, text } })"

/** In newBus(): the one bus is made. */
export const newBus = 'new NodeRedisPubSub({ url, retry_max_delay: 2000 })'

/** In start(): the channel is listened to. */
export const open =
  'await openDispatch(bus) // first: a connected device must not miss a message'

/** In newChat(): a device has connected. */
export const connected = "io.on('connection', onConnection)"

/** In hear(): a channel is listened to. */
export const hearing = `return new Promise<void>((resolve, reject) => {
    bus.on(channel, handler, (error) => (error ? reject(error) : resolve()))
  })`

/** In deliver(): what was heard is handed to the devices here. */
export const deliver = 'socketsState.emit(id, event, args)'

/** In newBus(): 'error' gets a listener. */
export const listens = "bus.on('error', (error) => reportError(error))"

/** In newBus(): what the listener for 'error' does. */
export const handler = 'function reportError(error: unknown): void {'

/** Imports socketsState in handlers.ts, which the solution does not need there. */
export const withState = replaceIn(
  'handlers.ts',
  "import { instance } from './instance.ts'",
  "import { instance } from './instance.ts'\nimport { socketsState } from './sockets-state.ts'",
)
