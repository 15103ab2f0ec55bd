// Loaded into every instance before the program (node --import). It reports, on file descriptor
// 3, what leaves no trace on the wire: the addresses that the program connects to, the ports it
// listens on, the config vars it reads, the signals it handles, and mistakes in its code that only
// its 'error' listeners see. It changes one thing: a server that names no host listens on this
// machine alone, because a laptop is often in a public network. A PaaS needs the default, every
// address; there this file is not used.
import { EventEmitter } from 'node:events'
import { writeSync } from 'node:fs'
import { Server, Socket } from 'node:net'
import { Stream } from 'node:stream'
import { isMainThread } from 'node:worker_threads'
import { syncBuiltinESMExports } from 'node:module'
import { runCompiledMain } from './run-compiled.ts'

const mostErrors = 20
let reportedErrors = 0
const watched = new Set(['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL', 'PORT', 'DYNO'])

listenOnLoopback()

// A forked cluster worker inherits this file but not descriptor 3.
runCompiledMain()
if (isMainThread && process.send === undefined) {
  reportConnects()
  reportPorts()
  reportEnvironment()
  reportListeners()
  reportErrors()
  ignoreBrokenPipes()
}

function report(event: object): void {
  try {
    writeSync(3, JSON.stringify(event) + '\n')
  } catch {
    // The process that reads it has ended.
  }
}

function reportConnects(): void {
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const address = addressOf(args)
    if (address) report({ connecting: address })
    return Reflect.apply(connect, this, args)
  }
}

// net.connect() passes its already normalized arguments on as one array.
function addressOf(args: unknown[]): { host: string; port: number } | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (typeof first === 'object' && first !== null) {
    if (!('port' in first) || first.port === undefined) return undefined
    const host = 'host' in first && first.host ? String(first.host) : 'localhost'
    return { host, port: Number(first.port) }
  }
  if (Number.isNaN(Number(first))) return undefined
  return { host: typeof second === 'string' ? second : 'localhost', port: Number(first) }
}

const loopback = '127.0.0.1'

function listenOnLoopback(): void {
  const listen = Server.prototype.listen
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    return Reflect.apply(listen, this, withHost(args))
  }
}

// The forms of net.Server.listen(): an object; a path; a port and perhaps a host, each with a
// backlog and a callback behind it.
function withHost(args: unknown[]): unknown[] {
  const [first, second, ...rest] = args
  if (typeof first === 'object' && first !== null) {
    const isPort = 'port' in first && !('path' in first && first.path) && !('fd' in first)
    const hasHost = 'host' in first && first.host
    return isPort && !hasHost ? [{ ...first, host: loopback }, ...args.slice(1)] : args
  }
  if (typeof first === 'function') return [0, loopback, ...args]
  if (typeof first === 'string' && !(Number(first) >= 0)) return args
  if (typeof second === 'string' && second !== '') return args
  if (second === undefined || second === null || second === '') {
    return [first ?? 0, loopback, ...rest]
  }
  return [first ?? 0, loopback, second, ...rest]
}

function reportPorts(): void {
  const listen = Server.prototype.listen
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    this.once('listening', () => {
      const address = this.address()
      if (typeof address === 'object' && address) report({ listening: address.port })
    })
    return Reflect.apply(listen, this, args)
  }
}

function reportEnvironment(): void {
  const reported = new Set<string>()
  process.env = new Proxy(process.env, {
    get(env, name) {
      if (typeof name === 'string' && watched.has(name) && !reported.has(name)) {
        reported.add(name)
        report({ read: name })
      }
      return Reflect.get(env, name)
    },
    // Without this a second assignment to the same variable throws.
    set: (env, name, value) => Reflect.set(env, name, value),
  })
  syncBuiltinESMExports()
}

// Node's own listener comes first and catches the signal from then on: what is reported holds.
function reportListeners(): void {
  process.on('newListener', (event, listener: unknown) => {
    // Node itself listens to `exit` while it runs an ES module.
    if (typeof listener === 'function' && listener.name === 'handleProcessExit') return
    if (/^(SIG|exit$|beforeExit$)/.test(String(event))) report({ listensTo: String(event) })
  })
}

// A client emits what a listener of its messages throws, and an 'error' listener may print nothing.
// What an 'error' listener throws itself can be lost in a client that tries again.
function reportErrors(): void {
  for (const name of ['on', 'addListener'] as const) {
    const add = EventEmitter.prototype[name]
    EventEmitter.prototype[name] = function (this: EventEmitter, event, listener) {
      // The errors of connections are many, and none is a mistake in the code.
      const isClient = event === 'error' && !(this instanceof Stream)
      return add.call(this, event, isClient && isOfProgram() ? reporting(listener) : listener)
    }
  }
}

// Whether the program adds this listener, itself or by one call of a package. To those that a
// package adds nothing may happen: one of them emits the 'error' that has no listener, which Node
// prints with the place where it was thrown.
function isOfProgram(): boolean {
  const prepare = Error.prepareStackTrace
  Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFileName() ?? '')
  const files: unknown = new Error().stack
  Error.prepareStackTrace = prepare
  // The first two are of this file.
  const callers: unknown[] = Array.isArray(files) ? files.slice(2, 4) : []
  return callers.some((file) => !/[\\/]node_modules[\\/]|^node:/.test(String(file)))
}

// What once() adds has a `listener` already, by which it is found when it is removed.
function reporting(listener: (...args: unknown[]) => void): typeof listener {
  if (typeof listener !== 'function' || 'listener' in listener) return listener
  const reports = function (this: unknown, ...args: unknown[]) {
    reportError(args[0])
    try {
      return Reflect.apply(listener, this, args)
    } catch (error) {
      if (error !== args[0]) reportError(error)
      throw error // thrown by a listener for 'error': see below
    }
  }
  return Object.assign(reports, { listener })
}

function reportError(error: unknown): void {
  const kinds = [TypeError, ReferenceError, RangeError, SyntaxError]
  const isMistake = kinds.some((kind) => error instanceof kind)
  if (error instanceof Error && isMistake && reportedErrors++ < mostErrors)
    report({ error: error.stack?.slice(0, 2000) })
}

// When the process that reads the output ends, the pipes break. That must not end an instance
// that still prints something while it shuts down.
function ignoreBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
