import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ExitResult, CliProcess } from '../../workshop/dev/cli-process.ts'
import { root } from '../../workshop/paths.ts'

// Outside of the project: a folder inside of it would find the project's packages.
let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "Ada's dóor #1 100% ")))
  await mkdir(join(folder, 'workshop'))
  await copyFile(join(root, 'workshop/launcher.cjs'), join(folder, 'workshop/launcher.cjs'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, text: string): Promise<void> {
  await mkdir(join(folder, name, '..'), { recursive: true })
  await writeFile(join(folder, name), text)
}

async function install(name: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'), { recursive: true })
  await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
}

/** Installs esbuild, and a command line in which `step` needs a package that is missing. */
async function installInPart(): Promise<void> {
  await install('esbuild')
  for (const name of await readdir(join(root, 'workshop'))) {
    const file = join('workshop', name)
    if (name.endsWith('.ts')) await copyFile(join(root, file), join(folder, file))
  }
  await cp(join(root, 'workshop/process'), join(folder, 'workshop/process'), {
    recursive: true,
  })
  const text = await readFile(join(root, 'workshop/cli.ts'), 'utf8')
  for (const [, name] of text.matchAll(/commands\/([\w-]+)\.ts/g))
    await write(`workshop/commands/${name}.ts`, `import 'not-there'\n${command}`)
  await write('workshop/commands/progress.ts', command)
}

const command = 'export async function run(words: string[]) { console.log(words); return 0 }\n'

function expectOneLine(ending: ExitResult, line: RegExp, code = 2): void {
  expect(ending).toMatchObject({ code, stdout: '' })
  expect(ending.stderr).toMatch(line)
  expect(ending.stderr.trim().split('\n')).toHaveLength(1)
}

test('without node_modules the launcher names npm install', async () => {
  const ending = await CliProcess.run(folder, 'start').ended
  expectOneLine(ending, /^The packages are not installed yet\. Run: npm install\n$/)
})

test('a missing package is named with npm install', async () => {
  await installInPart()
  const ending = await CliProcess.run(folder, 'step 4').ended
  expectOneLine(ending, /^Cannot find package 'not-there': .* Run: npm install\n$/)
})

test('a suite without a file that it imports is named with its line', async () => {
  await installInPart()
  await write('tests/13-visits.test.ts', "import './13-visits/diagnoses.ts'\n")
  const ending = await CliProcess.run(folder, 'progress').ended
  const place =
    /^The workshop itself does not compile\. tests\/13-visits\.test\.ts:1:8 Could not resolve/
  expectOneLine(ending, place, 3)
})

test('packages of another system are named with the way to reinstall them', async () => {
  const needs =
    'The package "@esbuild/plan9-mips" could not be found, and is needed by esbuild.'
  await write(
    'node_modules/esbuild/index.js',
    `exports.buildSync = () => { throw new Error(${JSON.stringify(`${needs}\n\nMore.`)}) }`,
  )
  const ending = await CliProcess.run(folder, 'start').ended
  expectOneLine(
    ending,
    /^The package "@esbuild\/plan9-mips".* Delete .*node_modules.*npm install --include=optional\n$/,
  )
})

test.each(['18.20.4', '20.18.9', '6.17.1'])(
  'Node %s is refused as too old',
  async (version) => {
    await write(
      'older.cjs',
      `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`,
    )
    const launcher = join(folder, 'workshop/launcher.cjs')
    const older = join(folder, 'older.cjs')
    const ending = await CliProcess.spawn(folder, [process.execPath, '-r', older, launcher])
      .ended
    expectOneLine(
      ending,
      new RegExp(`^Node ${version} is too old: .* 20\\.19 or newer.*nodejs`),
    )
  },
)

test('a file in place of .workshop is named', async () => {
  await installInPart()
  await write('.workshop', '')
  const ending = await CliProcess.run(folder, 'start').ended
  expectOneLine(ending, /^Cannot write .*\.workshop.* \(E\w+\)\. Move the file \.workshop, /)
})

test('two first commands at once work from another folder', async () => {
  await installInPart()
  const launcher = join(folder, 'workshop/launcher.cjs')
  const both = [1, 2].map((n) =>
    CliProcess.spawn(tmpdir(), [process.execPath, launcher, 'progress', `é ${n}`]),
  )
  const endings = await Promise.all(both.map(({ ended }) => ended))
  expect(endings).toMatchObject([
    { code: 0, stdout: "[ 'é 1' ]\n", stderr: '' },
    { code: 0, stdout: "[ 'é 2' ]\n", stderr: '' },
  ])
})

test('a command works with files that were built days ago', async () => {
  await installInPart()
  // This command has a dynamic import.
  await write('workshop/late.ts', "export const word = 'late'\n")
  const late = "const { word } = await import('../late.ts'); console.log(word)"
  await write(
    'workshop/commands/progress.ts',
    `export async function run() { ${late}; return 0 }`,
  )
  const build = join(folder, '.workshop/build')
  for (const time of ['first', 'second']) {
    const { code, stdout } = await CliProcess.run(folder, 'progress').ended
    expect({ time, code, stdout }).toEqual({ time, code: 0, stdout: 'late\n' })
    for (const name of await readdir(build)) await utimes(join(build, name), 0, 0)
  }
})
