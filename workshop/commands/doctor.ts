import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { UserError, errorMessage } from '../errors.ts'
import { type DoctorResult, ok, problem } from '../course/doctor/finding.ts'
import * as installation from '../course/doctor/installation.ts'
import * as machine from '../course/doctor/machine.ts'
import * as network from '../course/doctor/network.ts'
import * as programs from '../course/doctor/programs.ts'
import { wrapText } from '../course/text.ts'
import { root as workshopRoot } from '../paths.ts'
import { reaper, untrackGroup } from '../process/index.ts'
import { findRedisServer, probeRedis, startRedis } from '../redis/index.ts'

/** `npm run doctor`: checks everything that the workshop needs, one line each. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  if (words.length > 0) throw new UserError('This command takes no words: npm run doctor')
  let problems = 0
  // One by one, so that each line is there as soon as it is known.
  for (const check of checks(root)) {
    const result = await check()
    if (result.state === 'problem') problems += 1
    for (const line of linesOf(result)) console.log(line)
  }
  console.log(
    problems === 0 ? '\nAll is well: npm start' : '\nRepair the lines marked "problem".',
  )
  return problems === 0 ? 0 : 2
}

function checks(root: string): (() => DoctorResult | Promise<DoctorResult>)[] {
  return [
    () => machine.checkNode(),
    () => machine.checkSystem(),
    async () => machine.checkSpeed(await machine.measureSpeed()),
    async () => machine.checkOpenFiles(await machine.openFilesLimit()),
    () => machine.checkLocale(),
    () => installation.checkPackages(root),
    () => installation.checkEsbuild(),
    () => installation.checkOwner(root),
    () => installation.checkWritable(root),
    () => installation.checkExecutable(root),
    () => checkSaves(root),
    () => installation.checkDisk(root),
    () => installation.checkStarters(root),
    () => installation.checkGitClone(root),
    () => network.checkLocalhost(),
    () => network.checkPorts(),
    () => network.checkHttpProxy(),
    () => checkRedis(process.env),
    () => programs.checkDocker(),
    () => programs.checkLsof(),
    () => programs.checkRunning(root),
    () => installation.checkLeftovers(root),
  ]
}

async function checkSaves(root: string): Promise<DoctorResult> {
  try {
    const data = join(root, '.workshop')
    await mkdir(data, { recursive: true })
    const folder = await mkdtemp(join(data, 'doctor-'))
    try {
      return await machine.checkWatching(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  } catch (error) {
    return problem(`Saves: ${errorMessage(error)}`, 'Make .workshop writable')
  }
}

/** The Redis that the workshop would take, tried: the one of REDIS_URL, or one that it starts. */
export async function checkRedis(env: NodeJS.ProcessEnv): Promise<DoctorResult> {
  const url = env['REDIS_URL']
  try {
    if (url) {
      const { host, port, version } = await probeRedis(url)
      return ok(`Redis: ${version} at ${host}:${port}, from REDIS_URL`)
    }
    const server = await findRedisServer({ log: printProgress, env })
    const redis = await startRedis(server, { reaper })
    await redis.stop()
    untrackGroup(redis.pid)
    return ok(`Redis: ${server.name} starts; REDIS_URL is not set`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    if (!url) return { state: 'problem', text: errorMessage(error) }
    return problem(
      `REDIS_URL: ${errorMessage(error).replace(/\.$/, '')}`,
      'Put it right, or unset it',
    )
  }
}

const indent = 9

function printProgress(line: string): void {
  console.log(`${' '.repeat(indent)}${line}`)
}

// A terminal breaks long lines in the middle of words; a pipe gets one line for each result.
function linesOf({ state, text }: DoctorResult): string[] {
  const color = { ok: 'green', note: 'yellow', problem: 'red' } as const
  const width = process.stdout.isTTY ? Math.max(30, process.stdout.columns - indent) : 10_000
  const [first = '', ...rest] = wrapText(text, width)
  return [
    styleText(color[state], state.padEnd(indent)) + first,
    ...rest.map((line) => ' '.repeat(indent) + line),
  ]
}
