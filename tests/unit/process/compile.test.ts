import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { dataPath } from '../../../workshop/paths.ts'
import { compile, startInstance } from '../../../workshop/process/index.ts'

// A compiled program behaves as under `node --import tsx index.ts`. Each test runs one.

interface Ran {
  code: number | null
  printed: string[]
}

async function run(files: Record<string, string>, context: TestContext): Promise<Ran> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'compílé '))
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const program = await compile(folder, 'index.ts')
  const instance = await startInstance({ name: 'web.1', program, env: {} })
  context.onTestFinished(() => instance.kill())
  const { code } = await instance.ended
  return { code, printed: instance.lines.map(({ text }) => text.replaceAll(folder, 'FOLDER')) }
}

describe('a compiled program', () => {
  test('has import.meta.url equal to process.argv[1] in its main module only', async (context) => {
    const { printed } = await run(
      {
        'index.ts': `
          import { pathToFileURL } from 'node:url'
          import { isMain } from './other.ts'
          const main = pathToFileURL(process.argv[1] ?? '').href
          console.log(import.meta.url === main, isMain(main), process.argv.length)`,
        'other.ts': `export const isMain = (main: string): boolean => import.meta.url === main`,
      },
      context,
    )
    expect(printed).toEqual(['true false 2'])
  })

  test('has the paths of its source files', async (context) => {
    const { printed } = await run(
      {
        'index.ts': `
          import { here } from './other.ts'
          console.log(here, import.meta.filename, "import.meta.url's", process.argv[1])`,
        'other.ts': `export const here: string = import.meta.filename`,
      },
      context,
    )
    expect(printed).toEqual([
      `${join('FOLDER', 'other.ts')} ${join('FOLDER', 'index.ts')} import.meta.url's ${join('FOLDER', 'index.ts')}`,
    ])
  })

  test('has its own files and lines in a stack trace', async (context) => {
    const { code, printed } = await run(
      {
        'index.ts': `import { fail } from './other.ts'\n\nfail()\n`,
        'other.ts': `console.log(typeof import.meta.url)\nexport function fail(): never {\n  throw new Error('no')\n}`,
      },
      context,
    )
    expect(code).toBe(1)
    expect(printed.join('\n')).toContain(`at fail (${join('FOLDER', 'other.ts')}:3:9)`)
    expect(printed.join('\n')).toContain(`(${join('FOLDER', 'index.ts')}:3:1)`)
  })

  test('is refused where Node refuses it: a `const` is read before its line', async (context) => {
    const { code, printed } = await run(
      {
        'index.ts': `import { bus } from './other.ts'\nprint()\nconst client = bus\nfunction print(): void {\n  console.log(client)\n}\n`,
        'other.ts': `export const bus = 'bus'`,
      },
      context,
    )
    expect(code).toBe(1)
    expect(printed).toContain(`ReferenceError: Cannot access 'client' before initialization`)
    expect(printed).toContain(`    at print (${join('FOLDER', 'index.ts')}:5:15)`)
  })

  test('can have the same name in two files', async (context) => {
    const { code, printed } = await run(
      {
        'index.ts': `import './other.ts'\nconst bus = 'mine'\nconsole.log(bus.toFixed())\n`,
        'other.ts': `const bus = 'other'\nconsole.log(bus)\n`,
      },
      context,
    )
    expect(code).toBe(1)
    expect(printed).toContain('other')
    expect(printed).toContain('TypeError: bus.toFixed is not a function')
  })

  test('can import its own files in every way that tsx offers', async (context) => {
    const { printed } = await run(
      {
        'index.ts': `
          import { name } from './text'
          import * as again from "./text.js"
          import data from './data.json' with { type: 'json' }
          import './it runs.ts'
          import type { Line } from './types.ts'
          export * from './text.ts'
          import {
            name as nameOfText,
          } from './text.ts'
          const line: Line = "import('./text.ts')"
          const { name: awaited } = await import('./text.ts')
          console.log(name === again.name && nameOfText === awaited, data.name, line)
          console.log(require('./required.cjs').name, require('./text.ts').name)`,
        'text.ts': `export const name = 'text'\nconsole.log('once')`,
        'data.json': `{ "name": "data" }`,
        'it runs.ts': `console.log('runs')`,
        'required.cjs': `exports.name = __filename.slice(__dirname.length + 1)`,
        'types.ts': `export type Line = string`,
      },
      context,
    )
    expect(printed).toEqual([
      'once',
      'runs',
      "true data import('./text.ts')",
      'required.cjs text',
    ])
  })

  test('can fork itself as a cluster worker', async (context) => {
    const { printed } = await run(
      {
        'index.ts': `
          import cluster from 'node:cluster'
          if (cluster.isPrimary) cluster.fork()
          else {
            console.log('worker', process.argv[1])
            process.disconnect()
          }`,
      },
      context,
    )
    expect(printed).toEqual([`worker ${join('FOLDER', 'index.ts')}`])
  })

  test('can fork other TypeScript files', async (context) => {
    const { printed } = await run(
      {
        'index.ts': `
          import cluster from 'node:cluster'
          import { fork } from 'node:child_process'
          import { once } from 'node:events'
          import { join } from 'node:path'
          cluster.setupPrimary({ exec: join(import.meta.dirname, 'worker-main.ts') })
          await once(cluster.fork(), 'exit')
          await once(fork(join(import.meta.dirname, 'child.ts'), ['42']), 'exit')`,
        'worker-main.ts': `
          import cluster from 'node:cluster'
          enum Kind { Worker = 'worker' }
          console.log(Kind.Worker, cluster.isWorker)
          process.disconnect()`,
        'child.ts': `
          import { answer } from './answer.ts'
          console.log('child', answer, process.argv[2])`,
        'answer.ts': `export const answer: number = 42`,
      },
      context,
    )
    expect(printed).toEqual(['worker true', 'child 42 42'])
  })

  test('can start itself as a worker thread', async (context) => {
    const { printed } = await run(
      {
        'index.ts': `
          import { Worker, isMainThread } from 'node:worker_threads'
          if (isMainThread) new Worker(process.argv[1] ?? '')
          else console.log('thread', import.meta.filename === process.argv[1])`,
      },
      context,
    )
    expect(printed).toEqual(['thread true'])
  })

  test('is compiled again when its compiled files were deleted', async (context) => {
    await mkdir(dataPath('tmp'), { recursive: true })
    const folder = await mkdtemp(dataPath('tmp', 'removed '))
    context.onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'index.ts'), `import './other.ts'\n`)
    await writeFile(join(folder, 'other.ts'), `console.log('runs')\n`)
    const program = await compile(folder, 'index.ts')
    for (const path of program.files.keys()) await rm(path)
    const instance = await startInstance({ name: 'web.1', program, env: {} })
    expect(await instance.ended).toMatchObject({ code: 0 })
    expect(instance.lines.map(({ text }) => text)).toEqual(['runs'])
  })
})
