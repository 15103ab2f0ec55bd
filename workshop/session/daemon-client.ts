import { type ChildProcess, spawn } from 'node:child_process'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { type Socket, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError, errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'
import { compileOwnTool } from '../process/own-tool.ts'
import {
  type DaemonAddress,
  readLatestAddress,
  removeStaleAddresses,
} from './daemon-address.ts'
import {
  type Message,
  numberField,
  readJsonLines,
  stringField,
  writeJsonLine,
} from './json-lines.ts'

const connectMs = 60_000
const replyMs = 10_000

/** The Redis that all sessions of this clone share. */
export interface SharedRedis {
  host: string
  port: number
  url: string
  /** One line for the terminal. */
  describe: string
}

/** What `npm run stop` has stopped. */
export interface Stopped {
  /** One line for each session. */
  runners: string[]
  /** One line; empty when there was no private Redis. */
  redis: string
}

/** The connection of this session to the daemon. It keeps Node running until `close`. */
export class DaemonClient {
  /** Resolves when the connection ends without `close`. */
  readonly disconnected: Promise<void>
  readonly #pending: ((reply: Message | undefined) => void)[] = []
  #closed = false

  /** @param log receives what the daemon reports: a Redis that is fetched, or started again */
  constructor(
    private readonly socket: Socket,
    private readonly log: (line: string) => void,
  ) {
    this.disconnected = new Promise((resolve) => {
      socket.once('close', () => {
        for (const settle of this.#pending.splice(0)) settle(undefined)
        if (!this.#closed) resolve()
      })
    })
  }

  /** Handles a message. Replies come in the order of the requests. */
  receive(message: Message): void {
    if ('log' in message) this.log(stringField(message, 'log'))
    else this.#pending.shift()?.(message)
  }

  /** A name for one more instance: `web.2`. @param kind `web` or `worker` */
  async allocateName(kind: string): Promise<string> {
    return stringField(await this.#request({ ask: 'name', kind }), 'name')
  }

  /** An instance's name is no longer in use. */
  releaseName(name: string): void {
    writeJsonLine(this.socket, { ask: 'release', name })
  }

  /** The router of this session is open at a port; 0: it is closed. */
  setRouterPort(step: string, port: number): void {
    writeJsonLine(this.socket, { ask: 'router', step, port })
  }

  /** The port of the router of a step that runs; 0 when it does not. */
  async portOf(step: string): Promise<number> {
    return numberField(await this.#request({ ask: 'port', step }), 'port')
  }

  /**
   * The shared private Redis, which the first request starts.
   *
   * @throws UserError when there is none to be had
   */
  async redis(): Promise<SharedRedis> {
    const reply = await this.#request({ ask: 'redis' })
    const problem = stringField(reply, 'problem')
    if (problem) throw reply['known'] === true ? new UserError(problem) : new Error(problem)
    return {
      host: stringField(reply, 'host'),
      port: numberField(reply, 'port'),
      url: stringField(reply, 'url'),
      describe: stringField(reply, 'describe'),
    }
  }

  /** Stops every session, and then Redis and the daemon. */
  async stopAllSessions(): Promise<Stopped> {
    const reply = await this.#request({ ask: 'stop' })
    const { stopped } = reply
    const runners = Array.isArray(stopped) ? stopped.map(String) : []
    return { runners, redis: stringField(reply, 'redis') }
  }

  /** Ends the connection. The last session to do so ends the daemon and its Redis. */
  close(): void {
    this.#closed = true
    this.socket.destroy()
  }

  async #request(message: Message): Promise<Message> {
    const reply = await new Promise<Message | undefined>((resolve) => {
      if (this.socket.destroyed) return resolve(undefined)
      this.#pending.push(resolve)
      writeJsonLine(this.socket, message)
    })
    if (!reply) throw new UserError('The process that runs Redis has ended. Run this again')
    return reply
  }
}

/**
 * Connects to the daemon of this clone, and starts it when none runs.
 *
 * @param commandLine what was typed, for `npm run stop` to name: `npm run step 4`
 * @param log receives what the daemon reports
 * @throws UserError when the daemon does not start
 */
export async function connectToDaemon(
  commandLine: string,
  log: (line: string) => void = () => {},
): Promise<DaemonClient> {
  const deadline = Date.now() + connectMs
  while (Date.now() < deadline) {
    const { generation, address } = await readLatestAddress()
    const daemon = address && (await authenticate(address, commandLine, log))
    if (daemon) return daemon
    await startDaemon(generation + 1)
  }
  const logFile = '.workshop/run/daemon.log'
  throw new UserError(`The process that runs Redis does not start. Read ${logFile}`)
}

/** The daemon of this clone, if one runs; for commands that are not a session. */
export async function findDaemon(): Promise<DaemonClient | undefined> {
  const { address } = await readLatestAddress()
  return address && authenticate(address, '', () => {})
}

/**
 * Stops all sessions of this clone, with their instances and their Redis, and removes what
 * killed ones left in `.workshop/run`.
 *
 * @returns what was stopped; undefined when nothing was running
 */
export async function stopAllSessions(): Promise<Stopped | undefined> {
  const daemon = await findDaemon()
  const stopped = await daemon?.stopAllSessions()
  daemon?.close()
  await removeStaleAddresses()
  return stopped
}

// Another program may have the port of a dead daemon: only the daemon knows its token.
function authenticate(
  address: DaemonAddress,
  commandLine: string,
  log: (line: string) => void,
): Promise<DaemonClient | undefined> {
  const socket = connect(address.port, '127.0.0.1')
  return new Promise((resolve) => {
    const giveUp = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(undefined)
    }
    const timer = setTimeout(giveUp, replyMs)
    const daemon = new DaemonClient(socket, log)
    let authenticated = false
    socket.on('error', giveUp)
    socket.once('close', giveUp)
    readJsonLines(socket, (message) => {
      clearTimeout(timer)
      if (authenticated) return daemon.receive(message)
      authenticated = stringField(message, 'token') === address.serverToken
      if (authenticated) resolve(daemon)
      else giveUp()
    })
    writeJsonLine(socket, { token: address.clientToken, pid: process.pid, commandLine })
  })
}

async function startDaemon(generation: number): Promise<void> {
  const logFile = await openLog()
  const file = await compileOwnTool('session/session-daemon')
  const child = spawn(process.execPath, [file, String(generation), String(process.pid)], {
    detached: true,
    cwd: dataPath(),
    stdio: ['ignore', 'pipe', logFile.fd],
    windowsHide: true,
  })
  await firstOutput(child)
  await logFile.close()
  child.unref()
  child.stdout?.destroy()
}

// It prints whether it is the daemon now or another one was faster. Both will do.
async function firstOutput(child: ChildProcess): Promise<void> {
  const output = new Promise((resolve) => {
    child.stdout?.once('data', resolve)
    child.once('error', resolve).once('exit', () => resolve(delay(200)))
  })
  await Promise.race([output, delay(replyMs, undefined, { ref: false })])
}

// Emptied by each daemon: it has the reason for which the newest one did not start.
async function openLog(): Promise<FileHandle> {
  try {
    await mkdir(dataPath('run'), { recursive: true })
    return await open(dataPath('run', 'daemon.log'), 'w', 0o600)
  } catch (error) {
    const code = errorCode(error) ?? 'unknown reason'
    throw new UserError(`Cannot write in .workshop/run (${code}). Make that folder writable`)
  }
}
