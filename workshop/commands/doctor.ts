import { styleText } from 'node:util'
import { UserError, errorMessage } from '../errors.ts'
import { type DoctorResult, ok, problem } from '../course/doctor/finding.ts'
import * as folder from '../course/doctor/installation.ts'
import * as machine from '../course/doctor/machine.ts'
import { root as workshopRoot } from '../paths.ts'
import { findRedisServer, probeRedis } from '../redis/index.ts'

/** `npm run doctor`: looks at everything the workshop needs, one line each. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  if (words.length > 0) throw new UserError('This command takes no words: npm run doctor')
  const findings: DoctorResult[] = []
  // One by one, so that each line is there as soon as it is known.
  for (const check of checks(root)) {
    const finding = await check()
    findings.push(finding)
    console.log(lineOf(finding))
  }
  const problems = findings.filter(({ state }) => state === 'problem').length
  console.log(
    problems === 0 ? '\nAll is well: npm start' : '\nRepair the lines marked "problem".',
  )
  return problems === 0 ? 0 : 2
}

function checks(root: string): (() => DoctorResult | Promise<DoctorResult>)[] {
  return [
    () => machine.checkNode(),
    () => machine.checkSystem(),
    () => folder.checkPackages(root),
    () => folder.checkEsbuild(),
    () => folder.checkWritable(root),
    () => folder.checkDisk(root),
    () => folder.checkStarters(root),
    () => folder.checkGitClone(root),
    () => checkRedis(process.env),
    () => machine.checkDocker(),
    () => machine.checkLsof(),
    () => machine.checkRunning(root),
    () => folder.checkLeftovers(root),
  ]
}

/** Which Redis the workshop would take: the one of REDIS_URL, or one it finds or gets. */
export async function checkRedis(env: NodeJS.ProcessEnv): Promise<DoctorResult> {
  const url = env['REDIS_URL']
  try {
    if (url) {
      const { host, port, version } = await probeRedis(url)
      return ok(`Redis: ${version} at ${host}:${port}, from REDIS_URL`)
    }
    const { name } = await findRedisServer({ say: sayProgress, env })
    return ok(`Redis: ${name}; REDIS_URL is not set`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    if (!url) return { state: 'problem', text: errorMessage(error) }
    return problem(
      `REDIS_URL: ${errorMessage(error).replace(/\.$/, '')}`,
      'Put it right, or unset it',
    )
  }
}

function sayProgress(line: string): void {
  console.log(`${' '.repeat(9)}${line}`)
}

function lineOf({ state, text }: DoctorResult): string {
  const color = { ok: 'green', note: 'yellow', problem: 'red' } as const
  return `${styleText(color[state], state.padEnd(9))}${text}`
}
