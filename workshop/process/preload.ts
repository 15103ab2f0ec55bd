// Loaded into every instance before the program. It changes nothing the program can notice;
// it tells the runner, on file descriptor 3, what the program does that leaves no trace on
// Redis's side: which addresses it dials, on which ports it listens, which config vars it reads, and which signals it
// listens to.
import { writeSync } from 'node:fs'
import { Server, Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { syncBuiltinESMExports } from 'node:module'
import { runCompiledMain } from './run-compiled.ts'

const watched = new Set(['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL', 'PORT', 'DYNO'])

// A forked cluster worker inherits this file but not descriptor 3.
runCompiledMain()
if (isMainThread && process.send === undefined) {
  reportConnects()
  reportPorts()
  reportEnvironment()
  reportListeners()
  ignoreBrokenPipes()
}

function report(fact: object): void {
  try {
    writeSync(3, JSON.stringify(fact) + '\n')
  } catch {
    // The runner is gone; there is nobody left to tell.
  }
}

function reportConnects(): void {
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const address = addressOf(args)
    if (address) report({ dialled: address })
    return Reflect.apply(connect, this, args)
  }
}

// net.connect() hands its already normalised arguments on as one array.
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

// Told first is Node itself, which catches the signal from then on: what is reported holds.
function reportListeners(): void {
  process.on('newListener', (event) => {
    if (/^(SIG|exit$|beforeExit$)/.test(String(event))) report({ listensTo: String(event) })
  })
}

// When the runner dies its pipes break. An instance that says farewell with console.log
// must not be killed by that.
function ignoreBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
