import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { type Program, writeProgram } from './compile.ts'
import { compileOwnTool } from './own-tool.ts'
import { newTag, setScore, tagEnv } from './process-tag.ts'
import { startTimeOf } from './processes.ts'
import { startReaper, trackGroup } from './reaper-client.ts'
import { programVariable } from './run-compiled.ts'

/** A Node process that the reaper ends when this process does not. */
export interface SpawnedProcess {
  child: ChildProcess
  tag: string
  score: number | undefined
  start: number
}

/** How to start a program. */
export interface SpawnOptions {
  program: Program
  /** Its config vars. */
  env: Record<string, string>
  /** Its debugger listens on this port of 127.0.0.1. */
  inspectPort?: number | undefined
}

// Node itself runs the file, without a shell in between, so that signals reach the program.
async function spawnNode(
  main: string,
  env: Record<string, string>,
  inspectPort?: number,
): Promise<SpawnedProcess> {
  const preload = await compileOwnTool('process/preload')
  const tag = newTag()
  // First the reaper: from now on a kill of this process leaves nothing behind.
  await startReaper()
  // Node would print the address of the inspector on stderr, for the program to be blamed.
  const inspect = inspectPort
    ? [`--inspect=127.0.0.1:${inspectPort}`, '--inspect-publish-uid=http']
    : []
  const args = ['--enable-source-maps', ...inspect, '--require', preload, main]
  const child = spawn(process.execPath, args, {
    detached: true,
    env: { ...instanceEnv(env), ...tagEnv(tag) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  // At once, for children inherit it.
  const score = child.pid ? setScore(child.pid) : undefined
  await once(child, 'spawn')
  const { pid = 0 } = child
  const start = startTimeOf(pid)
  await trackGroup(pid, { start, score })
  return { child, tag, score, start }
}

const pool: Promise<SpawnedProcess>[] = []
let poolSize = 0

/**
 * Keeps so many processes ready in which everything is loaded already. It returns at once;
 * they get ready in the background, and `refillPool` replaces those that were used.
 */
export function setPoolSize(count: number): void {
  poolSize = count
  refillPool()
}

/** Starts as many processes as the pool lacks. Best called when nothing else is to be done. */
export function refillPool(): void {
  while (pool.length < poolSize) {
    const starting = startPoolWorker()
    starting.catch(() => {}) // Thrown to the caller that takes it out of the pool.
    pool.push(starting)
  }
}

async function startPoolWorker(): Promise<SpawnedProcess> {
  return spawnNode(await compileOwnTool('process/pool-worker'), {})
}

/** Ends the processes of the pool. */
export async function endWarm(): Promise<void> {
  poolSize = 0
  for (const result of await Promise.allSettled(pool.splice(0))) {
    if (result.status === 'rejected') continue // It has never run.
    const { child } = result.value
    if (hasEnded(child)) continue
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

/** Starts a program, in a process of the pool if there is one. */
export async function spawnProgram(options: SpawnOptions): Promise<SpawnedProcess> {
  const { program, env: config, inspectPort } = options
  const { source, file } = program
  await writeProgram(program) // A command may run for days.
  const env = { ...config, [programVariable]: JSON.stringify([source, file]) }
  // Node reads these before any program runs.
  const early = Object.keys(config).some((name) => name.startsWith('NODE_'))
  const ready = early || inspectPort ? undefined : await takeFromPool()
  const pipe = ready?.child.stdio[4]
  if (!ready || !(pipe instanceof Writable)) return spawnNode(source, env, inspectPort)
  pipe.on('error', () => {}) // It has ended meanwhile, and its exit shows that.
  pipe.end(JSON.stringify({ source, file, env }) + '\n')
  return ready
}

async function takeFromPool(): Promise<SpawnedProcess | undefined> {
  while (pool.length > 0) {
    const ready = await pool.shift()
    if (ready && !hasEnded(ready.child)) return ready
  }
  return undefined
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

const strippedVariables =
  /^(REDIS|DYNO$|PORT$|(SESSION|JWT)_SECRET$|NODE_|VITE|TEST$|npm_|FORCE_COLOR$|WORKSHOP_)/i

// The environment of an instance: the learner's own (PATH, HOME, language, …) without everything the
// workshop decides and without what a test runner leaves behind, plus what is given.
function instanceEnv(given: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !strippedVariables.test(name),
  )
  return { ...Object.fromEntries(inherited), ...given }
}
