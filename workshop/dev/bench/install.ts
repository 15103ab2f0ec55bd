import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../paths.ts'
import { type Bench, measure, succeed } from './bench.ts'
import { copyWorkspace } from '../workspace-copy.ts'
import { size as forPeople } from './table.ts'
import { CliProcess } from '../cli-process.ts'

/** How much `npm install` puts on the disk. */
export async function installSize(bench: Bench): Promise<void> {
  bench.section('npm install')
  const bytes = await sizeOf(join(root, 'node_modules'))
  bench.row({ what: 'size of node_modules', value: forPeople(bytes), aim: '130 MB' })
}

/** `npm install` with nothing in npm's cache. */
export async function install(bench: Bench): Promise<void> {
  bench.section('npm install, nothing cached')
  const folder = await untouched(bench, 'install')
  bench.times('npm install', await measure(1, () => npmInstall(folder)), '15 s')
}

/** From the unpacked workshop, with nothing installed but Node, to the first verdict. */
export async function clone(bench: Bench): Promise<void> {
  bench.section('From a fresh clone to the first verdict, nothing cached')
  const folder = await untouched(bench, 'clone')
  const installed = await measure(1, () => npmInstall(folder))
  const checked = await measure(1, () =>
    succeed(CliProcess.npm(folder, 'run check 1 solution')),
  )
  bench.times('npm install', installed, '15 s')
  bench.times('npm run check', checked)
  bench.times('both', [(installed[0] ?? NaN) + (checked[0] ?? NaN)], '30 s')
}

/** `npm test`, whether it succeeds or not. */
export async function test(bench: Bench): Promise<void> {
  bench.section('npm test')
  const folder = bench.folder('test')
  await copyWorkspace(folder, await everything())
  let code: number | null = null
  let stdout = ''
  const ms = await measure(1, async () => {
    ;({ code, stdout } = await CliProcess.npm(folder, 'test').ended)
  })
  bench.times(code === 0 ? 'npm test' : `npm test, exit code ${code}`, ms, '1,500 × node')
  if (code !== 0) console.log(stdout.slice(-failureLength))
}

// What a failed test prints is at the end of the output.
const failureLength = 4_000

async function untouched(bench: Bench, name: string): Promise<string> {
  const folder = bench.folder(name)
  await copyWorkspace(folder, await everything())
  await rm(join(folder, 'node_modules'))
  await rm(join(folder, '.workshop'), { recursive: true })
  return folder
}

async function everything(): Promise<string[]> {
  const elsewhere = new Set(['node_modules', '.workshop', '.git'])
  return (await readdir(root)).filter((name) => !elsewhere.has(name))
}

function npmInstall(folder: string): Promise<void> {
  const cache = { npm_config_cache: join(folder, '.workshop', 'cache') }
  return succeed(CliProcess.npm(folder, 'install --no-audit --no-fund', cache))
}

// As `du` counts: whole blocks, and links as links.
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder, { recursive: true })) {
    const { blocks } = await lstat(join(folder, name))
    bytes += blocks * 512
  }
  return bytes
}
