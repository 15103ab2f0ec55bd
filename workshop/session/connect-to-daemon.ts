import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError, errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'
import { compileOwnTool } from '../process/compile.ts'
import { type DaemonAddress, readLatestAddress } from './daemon-address.ts'
import { DaemonClient } from './daemon-client.ts'
import { readJsonLines, writeJsonLine, stringField } from './json-lines.ts'

const joinMs = 20_000
const answerMs = 3_000

/**
 * Joins the other runners of this clone, or is the first.
 *
 * @param what was typed, for `npm run stop` to name: `npm run step 4`
 * @param say is told what the keeper has to say while it fetches a Redis
 * @throws UserError when no keeper can be reached or started
 */
export async function connectToDaemon(
  what: string,
  say: (line: string) => void = () => {},
): Promise<DaemonClient> {
  const deadline = Date.now() + joinMs
  while (Date.now() < deadline) {
    const { generation, address } = await readLatestAddress()
    const keeper = address && (await authenticate(address, what, say))
    if (keeper) return keeper
    await startDaemon(generation + 1)
  }
  const log = '.workshop/run/keeper.log'
  throw new UserError(`The process that keeps Redis does not start; its reason is in ${log}`)
}

/** The keeper of this clone, if one is running; asked by somebody who is not a runner. */
export async function findDaemon(): Promise<DaemonClient | undefined> {
  const { address } = await readLatestAddress()
  return address && authenticate(address, '', () => {})
}

// Whoever listens there now may be a stranger who got a dead keeper's port: only the keeper
// knows the answer.
function authenticate(
  address: DaemonAddress,
  what: string,
  say: (line: string) => void,
): Promise<DaemonClient | undefined> {
  const socket = connect(address.port, '127.0.0.1')
  return new Promise((resolve) => {
    const giveUp = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(undefined)
    }
    const timer = setTimeout(giveUp, answerMs)
    const keeper = new DaemonClient(socket, say)
    socket.on('error', giveUp)
    socket.once('close', giveUp)
    readJsonLines(socket, (message) => {
      clearTimeout(timer)
      if (keeper.authenticated) keeper.receive(message)
      else if (stringField(message, 'answer') !== address.answer) giveUp()
      else {
        keeper.authenticated = true
        resolve(keeper)
      }
    })
    writeJsonLine(socket, { password: address.password, pid: process.pid, what })
  })
}

async function startDaemon(generation: number): Promise<void> {
  const log = await openLog()
  const child = spawn(
    process.execPath,
    [await compileOwnTool('session/session-daemon'), String(generation)],
    {
      detached: true,
      cwd: dataPath(),
      stdio: ['ignore', 'pipe', log.fd],
      windowsHide: true,
    },
  )
  await firstOutput(child)
  await log.close()
  child.unref()
  child.stdout?.destroy()
}

// It says whether it is the keeper now or another one was faster. Both will do.
async function firstOutput(child: ChildProcess): Promise<void> {
  const word = new Promise((resolve) => {
    child.stdout?.once('data', resolve)
    child.once('error', resolve).once('exit', () => resolve(delay(200)))
  })
  await Promise.race([word, delay(answerMs, undefined, { ref: false })])
}

async function openLog() {
  try {
    await mkdir(dataPath('run'), { recursive: true })
    return await open(dataPath('run', 'keeper.log'), 'a')
  } catch (error) {
    const code = errorCode(error) ?? 'unknown reason'
    throw new UserError(`Cannot write in .workshop/run (${code}). Make that folder writable`)
  }
}
