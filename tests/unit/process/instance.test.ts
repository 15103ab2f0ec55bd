import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { dataPath } from '../../../workshop/paths.ts'
import { OutputReader } from '../../../workshop/process/output.ts'
import { CompileError, compile, startInstance } from '../../../workshop/process/index.ts'
import { parent, stubborn } from '../session/programs.ts'
import { PassThrough } from 'node:stream'
import { waitUntil } from '../support/cli-process.ts'

type OnFinished = TestContext['onTestFinished']

async function folderWith(onFinished: OnFinished, program: string): Promise<string> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'süper visor-'))
  onFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'index.ts'), program)
  return folder
}

async function start(onFinished: OnFinished, program: string, env = {}) {
  const compiled = await compile(await folderWith(onFinished, program), 'index.ts')
  const instance = await startInstance({ name: 'web.1', program: compiled, env })
  onFinished(() => void instance.kill())
  const printed = () => instance.lines.map(({ text }) => text).join('\n')
  const see = (text: string) => waitUntil(() => printed().includes(text), printed)
  return { instance, printed, see }
}

describe('an instance', () => {
  test('ends with its code, its lines read', async ({ onTestFinished }) => {
    const program = `console.log('one'); process.stderr.write('two'); process.exitCode = 7`
    const { instance } = await start(onTestFinished, program)
    expect(await instance.ended).toMatchObject({ code: 7, signal: null, orphans: [] })
    const lines = instance.lines.map(({ stream, text }) => `${stream} ${text}`)
    expect(lines.toSorted()).toEqual(['stderr two', 'stdout one'])
  })

  test('sees the config vars it is given and none of ours', async ({ onTestFinished }) => {
    const program = `
      const names = Object.keys(process.env).filter((name) => /^(REDIS|PORT|DYNO|VITEST|npm_)/.test(name))
      console.log(names.join())`
    const { instance, printed } = await start(onTestFinished, program, { DYNO: 'web.1' })
    await instance.ended
    expect(printed()).toBe('DYNO')
  })

  test('reports what it dials and reads', async ({ onTestFinished }) => {
    const program = `
      import { connect } from 'node:net'
      connect({ host: '127.0.0.1', port: Number(process.env.PORT) }).on('error', () => {})`
    const { instance } = await start(onTestFinished, program, { PORT: '1' })
    await instance.ended
    await waitUntil(
      () => instance.connectAttempts.length > 0,
      () => 'no dial',
    )
    expect(instance.connectAttempts).toEqual([{ host: '127.0.0.1', port: 1 }])
    expect(instance.envReads).toEqual(['PORT'])
  })

  test('is asked once, then killed', async ({ onTestFinished }) => {
    const { instance, printed, see } = await start(onTestFinished, stubborn)
    await see('is here')
    instance.signal('SIGTERM')
    await see('no')
    const exit = await instance.stop(300)
    expect(exit.signal).toBe('SIGKILL')
    expect(instance.forceKilled).toBe(true)
    expect(printed()).toBe('is here\nno')
  })

  test.runIf(process.platform === 'linux')(
    'leaves nothing behind, also outside of its group',
    async ({ onTestFinished }) => {
      const { instance, see } = await start(onTestFinished, parent)
      await see('near child is up')
      await see('far child is up')
      const { orphans, survivors } = await instance.stop()
      expect(orphans).toHaveLength(2)
      expect(survivors.toSorted()).toEqual(orphans.toSorted())
    },
  )

  test('may end a moment before its children do', async ({ onTestFinished }) => {
    const { instance } = await start(
      onTestFinished,
      `import { spawn } from 'node:child_process'
       const untilAlone = 'while kill -0 $PPID; do sleep 0.1; done'
       spawn('sh', ['-c', untilAlone], { stdio: 'ignore' }).unref()`,
    )
    expect((await instance.ended).survivors).toEqual([])
  })

  test('that writes to the report pipe harms nobody', async ({ onTestFinished }) => {
    const program = `import { writeSync } from 'node:fs'; writeSync(3, 'hello\\n[1]\\nnull\\n')`
    const { instance } = await start(onTestFinished, program)
    expect((await instance.ended).code).toBe(0)
  })
})

test('output is bounded in lines and in their length, but all of it is told', async () => {
  let told = 0
  const output = new OutputReader(() => (told += 1))
  const stream = new PassThrough()
  const done = output.read(stream, 'stdout')
  stream.write('x'.repeat(100_000))
  stream.write('y'.repeat(100_000) + '\r\n')
  stream.end('line\n'.repeat(6000) + 'unfinished')
  await done
  expect(told).toBe(6002)
  expect(output.lines).toHaveLength(5000)
  expect(output.lines[0]?.text).toHaveLength(2000)
  expect(output.truncated).toBe(true)
})

test('a program that does not compile is told with its place', async ({ onTestFinished }) => {
  const folder = await folderWith(onTestFinished, 'const a = 1\nconst = 2\n')
  const error = await compile(folder, 'index.ts').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CompileError)
  if (!(error instanceof CompileError)) return
  expect(error.problems[0]?.location).toMatchObject({ line: 2, lineText: 'const = 2' })
})
