import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import {
  type AppUnderTest,
  ExpectationFailed,
  type TestBed,
  dataPath,
  findOnPath,
} from '../../../workshop/check/suite.ts'
import {
  announcements,
  startCluster,
  waitForStart,
  workerCount,
  workerPids,
} from './cluster.ts'

// A program that asks for the owner of its port does so soon after its start.
const asksWithinMs = 5_000
// A program that does not wait for the answer forks at once.
const forksWithinMs = 300
const listensWithinMs = 10_000
// It looks up the owner and kills it, one command after the other.
const killsWithinMs = 10_000

// The first lookup waits for the file `answer`, for half a minute at most. All others, and all on a
// system that starts no script from this folder, take no longer than usual.
const script = `#!/bin/sh
folder=\${0%/*}
if mkdir "$folder/asked" 2>/dev/null; then
  tries=0
  while [ -d "$folder" ] && [ ! -e "$folder/answer" ] && [ $tries -lt 600 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
fi
exec "$folder/usual" "$@"
`

/**
 * Starts the chat as `startCluster` does, with an lsof that takes its time, as it does on some networks:
 * kill-port must have ended before a worker listens, or it finds the primary as the owner of the port.
 * A program that waits for it starts some hundred milliseconds later; one that asks in another way
 * notices nothing.
 */
export async function startWithSlowLookup(testBed: TestBed): Promise<AppUnderTest> {
  const [lsof] = findOnPath('lsof', process.env)
  if (lsof === undefined) return startCluster(testBed)
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'slow-lsof-'))
  try {
    await symlink(lsof, join(folder, 'usual'))
    await writeFile(join(folder, 'lsof'), script, { mode: 0o755 })
    const path = [folder, process.env['PATH']].join(delimiter)
    const vars = (url: string) => ({ REDIS_URL: url, PATH: path })
    const primary = await testBed.start('web.1', { vars })
    const isTooEarly = await forksDuringLookup(testBed, primary, folder)
    await writeFile(join(folder, 'answer'), '')
    if (isTooEarly) await expectSurvivesLookup(testBed, primary)
    await waitForStart(testBed, primary)
    return primary
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// Whether it forks while the lookup waits. If so, a worker has come to listen on its PORT as well.
async function forksDuringLookup(
  testBed: TestBed,
  primary: AppUnderTest,
  folder: string,
): Promise<boolean> {
  const { instance, port } = primary
  const asks = () => existsSync(join(folder, 'asked'))
  const listens = () => instance.listening.includes(port)
  const isOver = () =>
    instance.exit !== undefined || announcements(primary, 'started').length > 0
  await testBed.poll(() => asks() || listens() || isOver() || undefined, {
    withinMs: asksWithinMs,
  })
  if (!asks()) return false
  const forks = () => workerPids(primary).length >= workerCount
  await testBed.poll(() => forks() || undefined, { withinMs: forksWithinMs })
  if (!forks()) return false
  await testBed.poll(() => listens() || instance.exit || undefined, {
    withinMs: listensWithinMs,
  })
  return true
}

// What its own lookup finds is the primary, which listens for its workers.
async function expectSurvivesLookup(testBed: TestBed, primary: AppUnderTest): Promise<void> {
  const exit = await testBed.poll(() => primary.instance.exit, { withinMs: killsWithinMs })
  if (exit?.signal !== 'SIGKILL') return
  throw new ExpectationFailed({
    kind: 'exit-unexpected',
    expectation: 'slow-lookup',
    app: primary.name,
    code: exit.code,
    signal: exit.signal,
    when: 'while `lsof` still looks up the owner of its PORT',
  })
}
