import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError, codeOf } from '../errors.ts'
import { inWorkshop } from '../paths.ts'
import { tool } from './compile.ts'
import { type KeeperAddress, newestKeeper } from './keeper-file.ts'
import { Keeper } from './keeper-talk.ts'
import { readMessages, sendMessage, textIn } from './messages.ts'

const joinMs = 20_000
const answerMs = 3_000

/**
 * Joins the other runners of this clone, or is the first.
 *
 * @param what was typed, for `npm run stop` to name: `npm run step 4`
 * @param say is told what the keeper has to say while it fetches a Redis
 * @throws UserError when no keeper can be reached or started
 */
export async function joinKeeper(
  what: string,
  say: (line: string) => void = () => {},
): Promise<Keeper> {
  const deadline = Date.now() + joinMs
  while (Date.now() < deadline) {
    const { generation, address } = await newestKeeper()
    const keeper = address && (await greet(address, what, say))
    if (keeper) return keeper
    await startKeeper(generation + 1)
  }
  const log = '.workshop/run/keeper.log'
  throw new UserError(`The process that keeps Redis does not start; its reason is in ${log}`)
}

/** The keeper of this clone, if one is running; asked by somebody who is not a runner. */
export async function visitKeeper(): Promise<Keeper | undefined> {
  const { address } = await newestKeeper()
  return address && greet(address, '', () => {})
}

// Whoever listens there now may be a stranger who got a dead keeper's port: only the keeper
// knows the answer.
function greet(
  address: KeeperAddress,
  what: string,
  say: (line: string) => void,
): Promise<Keeper | undefined> {
  const socket = connect(address.port, '127.0.0.1')
  return new Promise((resolve) => {
    const giveUp = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(undefined)
    }
    const timer = setTimeout(giveUp, answerMs)
    const keeper = new Keeper(socket, say)
    socket.on('error', giveUp)
    socket.once('close', giveUp)
    readMessages(socket, (message) => {
      clearTimeout(timer)
      if (keeper.trusted) keeper.receive(message)
      else if (textIn(message, 'answer') !== address.answer) giveUp()
      else {
        keeper.trusted = true
        resolve(keeper)
      }
    })
    sendMessage(socket, { password: address.password, pid: process.pid, what })
  })
}

async function startKeeper(generation: number): Promise<void> {
  const log = await openLog()
  const child = spawn(process.execPath, [await tool('keeper'), String(generation)], {
    detached: true,
    cwd: inWorkshop(),
    stdio: ['ignore', 'pipe', log.fd],
    windowsHide: true,
  })
  await firstWord(child)
  await log.close()
  child.unref()
  child.stdout?.destroy()
}

// It says whether it is the keeper now or another one was faster. Both will do.
async function firstWord(child: ChildProcess): Promise<void> {
  const word = new Promise((resolve) => {
    child.stdout?.once('data', resolve)
    child.once('error', resolve).once('exit', () => resolve(delay(200)))
  })
  await Promise.race([word, delay(answerMs, undefined, { ref: false })])
}

async function openLog() {
  try {
    await mkdir(inWorkshop('run'), { recursive: true })
    return await open(inWorkshop('run', 'keeper.log'), 'a')
  } catch (error) {
    const code = codeOf(error) ?? 'unknown reason'
    throw new UserError(`Cannot write in .workshop/run (${code}). Make that folder writable`)
  }
}
