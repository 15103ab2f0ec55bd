import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { dataPath } from '../../../workshop/paths.ts'
import { compile, startInstance } from '../../../workshop/process/index.ts'

// Programs get the packages of the course in one piece, and must not notice.

async function printedBy(program: string, { onTestFinished }: TestContext): Promise<string[]> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'páckages '))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'index.ts'), program)
  const file = await compile(folder, 'index.ts')
  const instance = await startInstance({ name: 'web.1', file, env: {} })
  await instance.ended
  return instance.lines.map(({ text }) => text)
}

describe('a program that imports packages of the course', () => {
  const names = ['redis', 'express', 'express-session', 'connect-redis', 'socket.io']

  test('finds in them what Node finds there', async (context) => {
    const imports = names.map((name, i) => `import * as p${i} from '${name}'`)
    // A name that is not written down is not known to the compiler.
    const program = `${imports.join('\n')}
      const names = ${JSON.stringify(names)}
      for (const [i, ours] of [p0, p1, p2, p3, p4].entries()) {
        const theirs: object = await import(names[i])
        const types = (it: object) => Object.entries(it).map(([key, value]) => key + ' ' + typeof value)
        console.log(names[i], ours !== theirs, types(ours).join() === types(theirs).join())
      }`
    const lines = names.map((name) => `${name} true true`)
    expect(await printedBy(program, context)).toEqual(lines)
  })

  test('sees that what one of them makes is of a class of another one', async (context) => {
    const program = `
      import session from 'express-session'
      import { RedisStore } from 'connect-redis'
      console.log(new RedisStore({ client: {} }) instanceof session.Store)`
    expect(await printedBy(program, context)).toEqual(['true'])
  })

  test('serves the file for browsers that lies in a package', async (context) => {
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

  test('has its own file and line in a stack that began in a package', async (context) => {
    const program = `
      import express from 'express'
      const app = express()
      app.get('/', undefined)`
    const stack = await printedBy(program, context)
    expect(stack.join('\n')).toMatch(/TypeError[^]*index\.ts:4:11\)/)
  })

  test('is told by Node which package is missing', async (context) => {
    const stack = await printedBy(`import 'expresss'`, context)
    expect(stack.join('\n')).toContain("Cannot find package 'expresss'")
  })

  test('can use them in a thread of its own', async (context) => {
    const program = `
      import { Worker, isMainThread } from 'node:worker_threads'
      import { createClient } from 'redis'
      if (isMainThread) new Worker(process.argv[1] ?? '')
      else console.log(typeof createClient)`
    expect(await printedBy(program, context)).toEqual(['function'])
  })
})
