import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasKit, kitFile, kitFolder, kitName } from '../../classroom/kit.ts'
import { steps } from '../../course/index.ts'
import { UserError } from '../../errors.ts'
import { CliProcess } from '../cli-process.ts'
import { Bench } from './bench.ts'

/**
 * `npm run bench kit`: unpacks the kit, and starts and checks the solution of every step in it,
 * each in a namespace that has no network but 127.0.0.1.
 *
 * @returns 0; 1 when one does not start or does not pass
 */
export async function runKit(words: string[], stop: AbortSignal): Promise<number> {
  if (words.length > 0) throw new UserError('It is: npm run bench kit')
  if (!hasKit()) throw new UserError('There is no kit. Make one: npm run kit')
  const bench = new Bench()
  try {
    const folder = bench.folder('kit')
    await mkdir(folder, { recursive: true })
    await promisify(execFile)('tar', ['-xzf', join(kitFolder, kitFile), '-C', folder])
    bench.section('The kit, without a network')
    let failed = 0
    for (const { number, slug } of await steps()) {
      if (stop.aborted) break
      const started = await starts(join(folder, kitName), number)
      const { code } = await offline(join(folder, kitName), `check ${number} solution`).ended
      const value =
        started && code === 0 ? 'passed' : started ? `exit code ${code}` : 'no start'
      bench.row({ what: slug, value })
      if (value !== 'passed') failed += 1
    }
    return failed === 0 ? 0 : 1
  } finally {
    await bench.clear()
  }
}

// Until an instance has a connection to Redis or answers requests, or has ended.
async function starts(folder: string, step: number): Promise<boolean> {
  const terminal = offline(folder, `solution ${step}`)
  const started = await terminal.waitFor(/web\.1 +\| \S/).then(
    () => true,
    () => false,
  )
  terminal.interrupt()
  await terminal.ended
  return started
}

function offline(folder: string, words: string): CliProcess {
  const script = 'ip link set lo up && exec "$@"'
  const node = [process.execPath, 'workshop/launcher.cjs', ...words.split(' ')]
  return CliProcess.spawn(folder, ['unshare', '-rn', 'sh', '-c', script, 'sh', ...node])
}
