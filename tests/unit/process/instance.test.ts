import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { dataPath } from '../../../workshop/paths.ts'
import { OutputReader } from '../../../workshop/process/output.ts'
import {
  CompileError,
  compile,
  compileOwnTool,
  startInstance,
} from '../../../workshop/process/index.ts'
import { findFreePort } from '../../../workshop/process/free-port.ts'
import { parentOf, startTimeOf } from '../../../workshop/process/processes.ts'
import { endWarm, setPoolSize } from '../../../workshop/process/index.ts'
import { spawnsChildren, ignoresSigterm } from '../session/programs.ts'
import { PassThrough } from 'node:stream'
import { processesWith, signalProcess, waitUntil } from '../support/processes.ts'

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
  const waitForOutput = (text: string) => waitUntil(() => printed().includes(text), printed)
  return { instance, printed, waitForOutput }
}

describe('an instance', () => {
  test('ends with the exit code of its program, and all printed lines are read', async ({
    onTestFinished,
  }) => {
    const program = `console.log('one'); process.stderr.write('two'); process.exitCode = 7`
    const { instance } = await start(onTestFinished, program)
    expect(await instance.ended).toMatchObject({ code: 7, signal: null, orphans: [] })
    const lines = instance.lines.map(({ stream, text }) => `${stream} ${text}`)
    expect(lines.toSorted()).toEqual(['stderr two', 'stdout one'])
  })

  test('has only the config vars that it is given', async ({ onTestFinished }) => {
    const program = `
      const names = Object.keys(process.env).filter((name) => /^(REDIS|PORT|DYNO|VITEST|npm_)/.test(name))
      console.log(names.join())`
    const { instance, printed } = await start(onTestFinished, program, { DYNO: 'web.1' })
    await instance.ended
    expect(printed()).toBe('DYNO')
  })

  test('reports the addresses it connects to and the variables it reads', async ({
    onTestFinished,
  }) => {
    const program = `
      import { connect } from 'node:net'
      connect({ host: '127.0.0.1', port: Number(process.env.PORT) }).on('error', () => {})`
    const { instance } = await start(onTestFinished, program, { PORT: '1' })
    await instance.ended
    await waitUntil(
      () => instance.connectAttempts.length > 0,
      () => 'no connection attempt',
    )
    expect(instance.connectAttempts).toEqual([{ host: '127.0.0.1', port: 1 }])
    expect(instance.envReads).toEqual(['PORT'])
  })

  test('reports mistakes that its error listeners see or throw, and removes these as before', async ({
    onTestFinished,
  }) => {
    const program = `
      import { EventEmitter } from 'node:events'
      const client = new EventEmitter()
      const silent = () => {}
      client.on('error', silent)
      client.emit('error', new TypeError('one'))
      client.emit('error', new Error('refused'))
      client.off('error', silent)
      const throws = () => { throw new RangeError('two') }
      client.addListener('error', throws)
      try { client.emit('error', new Error('refused')) } catch {}
      client.removeListener('error', throws)
      client.once('error', silent)
      client.emit('error', new Error('refused'))
      console.log(client.listenerCount('error'))`
    const { instance, printed } = await start(onTestFinished, program)
    await instance.ended
    expect(printed()).toBe('0')
    const lines = instance.emittedErrors.map(({ stack }) => stack.split('\n')[0])
    expect(lines).toEqual(['TypeError: one', 'RangeError: two'])
  })

  test('an error that no listener gets is printed as Node prints it', async ({
    onTestFinished,
  }) => {
    // A package passes on what its connection emits.
    const program = `
      import { EventEmitter } from 'node:events'
      import { runInThisContext } from 'node:vm'
      const newClient = runInThisContext(
        \`(connection, client) => {
          const begin = () => connection.on('error', (error) => client.emit('error', error))
          begin()
        }\`,
        { filename: '/node_modules/client/index.js' },
      )
      const connection = new EventEmitter()
      newClient(connection, new EventEmitter())
      setTimeout(() => connection.emit('error', new Error('closed')))`
    const { instance, printed } = await start(onTestFinished, program)
    expect((await instance.ended).code).toBe(1)
    expect(printed()).toMatch(/^node:events:\d+\n.*throw er; \/\/ Unhandled 'error' event/)
  })

  test('with long timers that end at once, its clock shows when they would have ended', async ({
    onTestFinished,
  }) => {
    const days = 480 * 3600 * 1000
    const file = await compileOwnTool('process/long-timers')
    const { instance, printed } = await start(
      onTestFinished,
      `import { setTimeout as delay } from 'node:timers/promises'
       import { promisify } from 'node:util'
       const [date, ms] = [new Date(), performance.now()]
       setTimeout(async (word) => {
         console.log(word, typeof promisify(setTimeout))
         console.log(await delay(${days}, 'two'))
         console.log(await delay(60_001, 'three'))
         clearTimeout(setTimeout(console.log, ${days}, 'never'))
         const ahead = [new Date() - date, Date.now() - date, performance.now() - ms]
         console.log(...ahead.map((one) => Math.floor(one / 3600_000)), new Date(0).getTime())
         console.log(date instanceof Date, Date() === new Date().toString())
       }, ${days}, 'one')`,
      { NODE_OPTIONS: `--require ${JSON.stringify(file)}` },
    )
    const before = Date.now()
    await instance.ended
    const [one, two, three, ahead = '', last] = printed().split('\n')
    expect([one, two, three, last]).toEqual(['one function', 'two', 'three', 'true true'])
    expect(ahead.split(' ')).toEqual(['960', '960', '960', '0'])
    expect(instance.clock).toBeGreaterThanOrEqual(before + 2 * days + 60_001)
  })

  test('receives SIGTERM once, then SIGKILL', async ({ onTestFinished }) => {
    const { instance, printed, waitForOutput } = await start(onTestFinished, ignoresSigterm)
    await waitForOutput('is here')
    instance.signal('SIGTERM')
    await waitForOutput('no')
    const exit = await instance.stop(300)
    expect(exit.signal).toBe('SIGKILL')
    expect(instance.forceKilled).toBe(true)
    expect(printed()).toBe('is here\nno')
  })

  test.runIf(process.platform === 'linux')(
    'kills its children, also outside of its group',
    async ({ onTestFinished }) => {
      const { instance, waitForOutput } = await start(onTestFinished, spawnsChildren)
      await waitForOutput('near child is up')
      await waitForOutput('far child is up')
      const { orphans, survivors } = await instance.stop()
      expect(orphans).toHaveLength(2)
      expect(survivors.toSorted()).toEqual(orphans.toSorted())
    },
  )

  test.runIf(process.platform === 'linux')(
    'kills children that left its session, its environment and their parent',
    async ({ onTestFinished }) => {
      const { instance, printed, waitForOutput } = await start(
        onTestFinished,
        `import { spawn } from 'node:child_process'
         const options = { detached: true, env: {}, stdio: ['ignore', 'pipe', 'ignore'] }
         const print = (data) => console.log('child', String(data).trim())
         const wait = 'echo $$; exec sleep 1000'
         for (let i = 0; i < 3; i++) {
           spawn('/bin/sh', ['-c', wait], options).stdout.on('data', print)
           spawn('setsid', ['-f', '/bin/sh', '-c', wait], options).stdout.on('data', print)
         }
         setInterval(() => {}, 1000)`,
      )
      await waitUntil(() => printed().split('child').length > 6, printed)
      await waitForOutput('child')
      const pids = [...printed().matchAll(/child (\d+)/g)].map(([, pid]) => Number(pid))
      instance.kill()
      await instance.ended
      const alive = () => pids.filter((pid) => startTimeOf(pid) > 0)
      await waitUntil(
        () => alive().length === 0,
        () => `still running: ${alive().join()}`,
      )
    },
  )

  test('listens on 127.0.0.1 when its program names no host', async ({ onTestFinished }) => {
    const { instance, printed } = await start(
      onTestFinished,
      `import { createServer } from 'node:net'
       const forms = [
         [0], [0, 5], [{ port: 0 }], [], ['0'], [0, undefined], [0, '::1'], [{ port: 0, host: '0.0.0.0' }],
       ]
       for (const form of forms) {
         const server = createServer()
         await new Promise((resolve) => server.listen(...form, resolve))
         console.log(server.address().address)
         server.close()
       }`,
    )
    await instance.ended
    const loopback = Array.from({ length: 6 }, () => '127.0.0.1')
    expect(printed().split('\n')).toEqual([...loopback, '::1', '0.0.0.0'])
  })

  test('started with an inspector port can be debugged', async ({ onTestFinished }) => {
    const file = await compile(
      await folderWith(onTestFinished, `console.log('up'); setInterval(() => {}, 1000)`),
      'index.ts',
    )
    const inspectPort = await findFreePort()
    const instance = await startInstance({ name: 'web.1', program: file, env: {}, inspectPort })
    onTestFinished(() => void instance.kill())
    await waitUntil(
      () => instance.lines.length > 0,
      () => 'it printed nothing',
    )
    const response = await fetch(`http://127.0.0.1:${inspectPort}/json/list`)
    expect(await response.json()).toMatchObject([{ type: 'node' }])
    expect(instance.lines.map(({ text }) => text)).toEqual(['up'])
  })

  test('reports that it ran out of memory', async ({ onTestFinished }) => {
    const { instance } = await start(
      onTestFinished,
      'const kept = []; for (;;) kept.push(Array.from({ length: 10_000 }, (_, i) => ({ i })))',
      { NODE_OPTIONS: '--max-old-space-size=20' },
    )
    expect((await instance.ended).outOfMemory).toBe(true)
  })

  test('has no survivors when its children end shortly after it', async ({
    onTestFinished,
  }) => {
    const { instance } = await start(
      onTestFinished,
      `import { spawn } from 'node:child_process'
       const untilAlone = 'while kill -0 $PPID; do sleep 0.1; done'
       spawn('sh', ['-c', untilAlone], { stdio: 'ignore' }).unref()`,
    )
    expect((await instance.ended).survivors).toEqual([])
  })

  test('may write invalid lines to the report pipe', async ({ onTestFinished }) => {
    const program = `import { writeSync } from 'node:fs'; writeSync(3, 'hello\\n[1]\\nnull\\n')`
    const { instance } = await start(onTestFinished, program)
    expect((await instance.ended).code).toBe(0)
  })
})

test('kept output is bounded in lines and line length; every line is reported', async () => {
  let reported = 0
  const output = new OutputReader(() => (reported += 1))
  const stream = new PassThrough()
  const done = output.read(stream, 'stdout')
  stream.write('x'.repeat(100_000))
  stream.write('y'.repeat(100_000) + '\r\n')
  stream.end('line\n'.repeat(6000) + 'unfinished')
  await done
  expect(reported).toBe(6002)
  expect(output.lines).toHaveLength(5000)
  expect(output.lines[0]?.text).toHaveLength(2000)
  expect(output.truncated).toBe(true)
})

test('a CompileError has the line of the program that does not compile', async ({
  onTestFinished,
}) => {
  const folder = await folderWith(onTestFinished, 'const a = 1\nconst = 2\n')
  const error = await compile(folder, 'index.ts').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CompileError)
  if (!(error instanceof CompileError)) return
  expect(error.problems[0]?.location).toMatchObject({ line: 2, lineText: 'const = 2' })
})

function pooled() {
  return processesWith('cmdline', 'pool-worker').find(
    ({ pid }) => parentOf(pid) === process.pid,
  )
}

test.runIf(process.platform === 'linux')(
  'a pool process that was killed is not used',
  async ({ onTestFinished }) => {
    setPoolSize(1)
    onTestFinished(() => endWarm())
    const { instance: first } = await start(onTestFinished, `console.log('first')`)
    expect((await first.ended).code).toBe(0)
    setPoolSize(1)
    await waitUntil(
      () => pooled() !== undefined,
      () => 'the pool is empty',
    )
    const pid = pooled()?.pid
    signalProcess(pid, 'SIGKILL')
    // Until this process, its parent, has collected it.
    await waitUntil(
      () => !existsSync(`/proc/${pid}`),
      () => `process ${pid} still exists`,
    )
    const { instance, printed } = await start(onTestFinished, `console.log('second')`)
    expect((await instance.ended).code).toBe(0)
    expect(printed()).toBe('second')
  },
)
