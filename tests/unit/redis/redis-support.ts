import { build } from 'esbuild'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { type Server, createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { dataPath, root } from '../../../workshop/paths.ts'
import {
  ProbeClient,
  type RunningRedis,
  findRedisServer,
  probeRedis,
  startRedis,
} from '../../../workshop/redis/index.ts'
import { later } from '../support/on-finished.ts'

/** A new folder, removed after the test; its name has a space and a letter beyond ASCII. */
export function newFolder(): string {
  const folder = lastingFolder()
  later(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new folder that the caller removes. */
export function lastingFolder(): string {
  mkdirSync(dataPath('tmp'), { recursive: true })
  return mkdtempSync(dataPath('tmp', 'redis tést-'))
}

/** Writes a shell script that can be run. */
export function script(folder: string, name: string, ...lines: string[]): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  // By another process: one that a test in another thread starts meanwhile would have the file open
  // for a moment, and a file that is open for writing cannot be run (ETXTBSY).
  const input = ['#!/bin/sh', ...lines, ''].join('\n')
  execFileSync('/bin/sh', ['-c', 'cat > "$0" && chmod 755 "$0"', file], { input })
  return file
}

/** The command of this machine's Redis, quoted for a shell script. */
export async function realRedis(): Promise<string> {
  const { file, env } = (await findRedisServer()).command(0, [])
  // A downloaded Redis has its own libraries.
  return `/usr/bin/env LD_LIBRARY_PATH="${env['LD_LIBRARY_PATH'] ?? ''}" "${file}"`
}

/** Fills a folder with links to every program of the system but Redis and Docker. */
export function systemWithoutRedis(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync('/usr/bin')) {
    if (!/^(redis|valkey|docker)/.test(name)) {
      symlinkSync(join('/usr/bin', name), join(folder, name))
    }
  }
}

/** A private Redis, stopped after the test. */
export async function privateRedis(...config: string[]): Promise<RunningRedis> {
  const redis = await startRedis(await findRedisServer(), { config })
  later(() => redis.stop())
  return redis
}

/** Sends commands to a Redis on this machine, one after the other. @returns the texts */
export async function ask(port: number, ...commands: string[][]): Promise<string[]> {
  const conversation = new ProbeClient({ host: '127.0.0.1', port, tls: false }, 5000)
  const texts: string[] = []
  try {
    for (const words of commands) texts.push((await conversation.send(...words)).text)
  } finally {
    conversation.close()
  }
  return texts
}

/** Listens on a free port of this machine until the test ends. @returns the port */
export async function listen(server: Server = createServer(() => {})): Promise<number> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  later(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

/** Runs lines of TypeScript in a new Node process; `redis` is the module under test. */
export async function runInNode(
  folder: string,
  lines: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const file = join(folder, 'program.mjs')
  const contents = ["import * as redis from './workshop/redis/index.ts'", ...lines].join('\n')
  const stdin = { contents, resolveDir: root, loader: 'ts' as const }
  await build({ stdin, outfile: file, bundle: true, platform: 'node', format: 'esm' })
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env } })
  later(() => child.kill('SIGKILL'))
  return child
}

/** The whole output of a program. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await new Promise((resolve) => child.once('close', resolve))
  return text
}

/** Whether a process runs. One that ended but was not yet collected (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return (
      process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    )
  } catch {
    return false
  }
}

/** The message of what a promise rejects with. */
export async function errorMessageOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => 'it did not reject',
    (error: unknown) => error,
  )
  return outcome instanceof Error ? `${outcome.name}: ${outcome.message}` : String(outcome)
}

/**
 * The error for a REDIS_URL that cannot be used; its password must contain 'cret'.
 * Asserts that the error is one line, has exit code 2, and does not contain the password.
 */
export async function complaintAbout(url: string, timeoutMs?: number): Promise<string> {
  const probed = probeRedis(url, timeoutMs)
  const message = await errorMessageOf(probed)
  await expect(probed).rejects.toMatchObject({ name: 'UserError', exitCode: 2 })
  expect(message).not.toContain('\n')
  expect(message).not.toContain('cret')
  return message.replace('UserError: ', '')
}
