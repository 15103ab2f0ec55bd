import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type TestContext, describe, expect, test } from 'vitest'
import { dataPath } from '../../../workshop/paths.ts'
import { compile, startInstance } from '../../../workshop/process/index.ts'

// Programs import the packages of the course as bundles; they must behave as without bundles.

async function printedBy(program: string, { onTestFinished }: TestContext): Promise<string[]> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'páckages '))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'index.ts'), program)
  const compiled = await compile(folder, 'index.ts')
  const instance = await startInstance({ name: 'web.1', program: compiled, env: {} })
  await instance.ended
  return instance.lines.map(({ text }) => text)
}

describe('a program that imports packages of the course', () => {
  const names = ['redis', 'express', 'express-session', 'connect-redis', 'socket.io']

  test('gets the same exports as from node_modules', async (context) => {
    const program = `
      for (const name of ${JSON.stringify(names)}) {
        const exported = Object.entries(await import(name))
        console.log(name, exported.map(([key, value]) => key + ' ' + typeof value).join())
      }`
    const source = dataPath('tmp', `${randomUUID()}.mjs`)
    context.onTestFinished(() => rm(source, { force: true }))
    const lines = await printedBy(program, context)
    await writeFile(source, program)
    const { stdout } = await promisify(execFile)(process.execPath, [source])
    expect(lines.join('\n')).toBe(stdout.trim())
  })

  test('loads the bundles', async (context) => {
    const program = `for (const name of ${JSON.stringify(names)}) console.log(import.meta.resolve(name))`
    const urls = await printedBy(program, context)
    expect(urls).toHaveLength(names.length)
    for (const url of urls) expect(url).toContain('/.workshop/programs/')
  })

  test('gets one copy of a class that two packages share', async (context) => {
    const program = `
      import session from 'express-session'
      import { RedisStore } from 'connect-redis'
      console.log(new RedisStore({ client: {} }) instanceof session.Store)`
    expect(await printedBy(program, context)).toEqual(['true'])
  })

  test('serves the browser client from within the socket.io package', async (context) => {
    const program = `
      import { createServer } from 'node:http'
      import { Server } from 'socket.io'
      const server = createServer()
      const io = new Server(server)
      server.listen(0, '127.0.0.1', async () => {
        const { port } = Object(server.address())
        const answer = await fetch('http://127.0.0.1:' + port + '/socket.io/socket.io.js')
        console.log(answer.status, (await answer.text()).split('\\n')[1])
        io.close()
      })`
    const [line] = await printedBy(program, context)
    expect(line).toMatch(/^200 \s*\* Socket\.IO v\d/)
  })

  test('has its own file and line in a stack trace that starts in a package', async (context) => {
    const program = `
      import express from 'express'
      const app = express()
      app.get('/', undefined)`
    const stack = await printedBy(program, context)
    expect(stack.join('\n')).toMatch(/TypeError[^]*index\.ts:4:11\)/)
  })

  test('gets the error of Node for a missing package', async (context) => {
    const stack = await printedBy(`import 'expresss'`, context)
    expect(stack.join('\n')).toContain("Cannot find package 'expresss'")
  })

  test('can use them in a worker thread', async (context) => {
    const program = `
      import { Worker, isMainThread } from 'node:worker_threads'
      import { createClient } from 'redis'
      if (isMainThread) new Worker(process.argv[1] ?? '')
      else console.log(typeof createClient)`
    expect(await printedBy(program, context)).toEqual(['function'])
  })
})
