import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Writable } from 'node:stream'
import { writeFileAtomic } from './build-cache.ts'
import { type Program, compileOwnTool } from './compile.ts'
import { instanceEnv } from './environment.ts'
import { tagEnv, newTag } from './process-tag.ts'
import { trackGroup, startReaper } from './reaper-client.ts'
import { programVariable } from './run-compiled.ts'

/** A Node process under the reaper's care. */
export interface SpawnedProcess {
  child: ChildProcess
  tag: string
}

// Node itself runs the file, without a shell in between, so that signals reach the program.
async function spawnNode(main: string, env: Record<string, string>): Promise<SpawnedProcess> {
  const preload = await compileOwnTool('process/preload')
  const tag = newTag()
  // First the reaper: whatever happens to us now, somebody will look after the process.
  await startReaper()
  const child = spawn(process.execPath, ['--enable-source-maps', '--require', preload, main], {
    detached: true,
    env: { ...instanceEnv(env), ...tagEnv(tag) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  await once(child, 'spawn')
  if (child.pid) await trackGroup(child.pid)
  return { child, tag }
}

const pool: Promise<SpawnedProcess>[] = []
let poolSize = 0

/**
 * Keeps so many processes ready in which everything is loaded already. It returns at once;
 * they get ready in the background, and every one that is used is replaced by `refill`.
 */
export function setPoolSize(count: number): void {
  poolSize = count
  refillPool()
}

/** Starts as many waiting processes as are missing. Best called when nothing else is to be done. */
export function refillPool(): void {
  while (pool.length < poolSize) {
    pool.push(compileOwnTool('process/pool-worker').then((file) => spawnNode(file, {})))
  }
}

/** Ends the waiting processes. */
export async function endWarm(): Promise<void> {
  poolSize = 0
  const spawned = await Promise.all(pool.splice(0))
  await Promise.all(
    spawned.map(async ({ child }) => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }),
  )
}

/**
 * Starts a program, in a waiting process if there is one.
 *
 * @param config its config vars
 */
export async function spawnProgram(
  program: Program,
  config: Record<string, string>,
): Promise<SpawnedProcess> {
  const { source, file, code } = program
  // A runner may run for days, and what nothing has used for a day is removed.
  if (!existsSync(file)) await writeFileAtomic(file, code)
  const env = { ...config, [programVariable]: JSON.stringify([source, file]) }
  // Node reads these before any program runs.
  const early = Object.keys(config).some((name) => name.startsWith('NODE_'))
  const warm = early ? undefined : await pool.shift()
  const pipe = warm?.child.stdio[4]
  if (!warm || warm.child.exitCode !== null || !(pipe instanceof Writable)) {
    return spawnNode(source, env)
  }
  pipe.on('error', () => {}) // It has died meanwhile; that it ended says enough.
  pipe.end(JSON.stringify({ source, file, env }) + '\n')
  return warm
}
