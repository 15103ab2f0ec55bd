import { type ChildProcess, spawn } from 'node:child_process'
import { UserError, errorMessage } from '../errors.ts'
import { findFreePort } from '../process/free-port.ts'
import { ProbeClient } from './probe-client.ts'
import { type StartupLog, watchStartup } from './startup-log.ts'
import type { LaunchCommand, RedisServer } from './server.ts'

/** A private Redis that answers. */
export interface RunningRedis {
  host: '127.0.0.1'
  port: number
  /** `redis://127.0.0.1:PORT`, without credentials. */
  url: string
  /** Of the process, which is also its group's. */
  pid: number
  /** Resolves when the process ends without `stop`, with what ended it: `SIGKILL`, `exit code 1`. */
  lost: Promise<string>
  /** Ends it. Resolves when the process has ended; may be called again. */
  stop(): Promise<void>
}

/** The port of a Redis that did not start was taken. */
export class PortTakenError extends UserError {}

/** How to start a private Redis. */
export interface StartOptions {
  /** Further arguments of the server, word by word. They win over the workshop's own. */
  config?: string[]
  /** A fixed port instead of any free one. */
  port?: number
  reaper?: Reaper
}

/** Ends servers when this process ends without stopping them. */
export interface Reaper {
  /** Awaited before a server is spawned: from then on a kill of this process leaves none behind. */
  start(): Promise<unknown>
  /** Called right after the spawn, and awaited. @param group the server's pid */
  track(group: number): unknown
  /** Removes a folder when this process has ended, also when it is killed. */
  remove(folder: string): void
}

const attempts = 5
// A server starts in 50 ms; the rest is for machines with something else to do.
const deadlineMs = 60_000

/**
 * Starts a Redis of our own on a free port of 127.0.0.1, with nothing on disk, in a process
 * group of its own. It does not keep Node running.
 *
 * @returns the server, once it has answered PING (or asked for a password)
 * @throws UserError (exit 2) with the reason out of the server's own log
 */
export async function startRedis(
  server: RedisServer,
  options: StartOptions = {},
): Promise<RunningRedis> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort(0, '127.0.0.1'))
    const attempted = await startOn(server, port, options)
    if ('stop' in attempted) return attempted
    // Redis cannot pick its port: between our look and its start another process may have taken it.
    const again = attempted.portTaken && options.port === undefined && attempt < attempts
    const ErrorClass = attempted.portTaken ? PortTakenError : UserError
    if (!again) throw new ErrorClass(`${server.name} did not start: ${attempted.reason}`)
  }
}

interface Failure {
  reason: string
  portTaken: boolean
}

async function startOn(
  server: RedisServer,
  port: number,
  options: StartOptions,
): Promise<RunningRedis | Failure> {
  const { config = [], reaper } = options
  const launch = server.command(port, config)
  await reaper?.start()
  const child = spawn(launch.file, launch.args, {
    env: launch.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  })
  const log = watchStartup(child)
  const { pid } = child
  try {
    const deadline = Date.now() + deadlineMs
    const tracked = pid === undefined ? undefined : reaper?.track(pid)
    // "Ready" in its own log first: what answers on the port could be another server.
    await Promise.all([tracked, waitUntilReady(log)])
    await waitForPong(port, deadline, log)
  } catch (error) {
    const failure = { reason: log.reason() || errorMessage(error), portTaken: log.portTaken() }
    await stop(child, launch)
    return failure
  }
  log.drain()
  let stopped = false
  const lost = new Promise<string>((resolve) => {
    child.once('exit', (code, name) => {
      if (!stopped) resolve(name ?? `exit code ${code}`)
    })
  })
  unref(child)
  return {
    host: '127.0.0.1',
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: pid ?? 0,
    lost,
    stop: () => {
      stopped = true
      return stop(child, launch)
    },
  }
}

async function waitUntilReady(log: StartupLog): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it was not ready in time')), deadlineMs)
  })
  await Promise.race([log.ready, late]).finally(() => clearTimeout(timer))
}

// A container's port may be open before Redis is behind it, hence the tries.
async function waitForPong(port: number, deadline: number, log: StartupLog): Promise<void> {
  for (let pause = 1; ; pause = Math.min(pause * 2, 100)) {
    const client = new ProbeClient({ host: '127.0.0.1', port, tls: false }, 2000)
    try {
      const reply = await client.send('PING')
      if (reply.text === 'PONG' || reply.text.startsWith('NOAUTH')) return
    } catch (error) {
      if (log.exited() || Date.now() > deadline) throw error
    } finally {
      client.close()
    }
    if (Date.now() > deadline) throw new Error('it did not answer PING')
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

async function stop(child: ChildProcess, launch: LaunchCommand): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = new Promise((resolve) => child.once('exit', resolve))
  signal(child, launch.stopSignal)
  const timer = setTimeout(() => signal(child, 'SIGKILL'), 4000)
  await gone
  clearTimeout(timer)
}

// The whole group: a wrapper script on the PATH may have Redis as its child.
function signal(child: ChildProcess, name: NodeJS.Signals) {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, name)
    else child.kill(name)
  } catch {
    // It has ended already.
  }
}

function unref(child: ChildProcess) {
  child.unref()
  for (const stream of [child.stdout, child.stderr]) {
    if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
}
