import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../../../workshop/paths.ts'
import { startTestRedis } from '../proxy/proxy-fixture.ts'
import { waitUntil } from '../support/processes.ts'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

const instances = 2
const web = `
import { createServer } from 'node:http'
import { connect } from 'node:net'
const { port } = new URL(process.env.REDIS_URL)
connect(Number(port), '127.0.0.1')
createServer((_req, res) => res.end('hello')).listen(process.env.PORT, '127.0.0.1')
`
const programs = { '91-web': web }

// Listening processes are read from /proc.
describe.skipIf(process.platform !== 'linux')('the table of ports in DEPLOY.md lists', () => {
  test('what `npm run step` opens', async () => {
    const clone = await WorkspaceFixture.create(programs, onTestFinished)
    const terminal = clone.launch('step', '91', String(instances))
    await terminal.waitForOutput(/router +\| .*leads to every instance/)
    await expectTable(clone, 'step')
    terminal.signal('SIGINT')
    await terminal.ended
  })

  test('what `npm start` opens before a step runs', async () => {
    const clone = await WorkspaceFixture.create(programs, onTestFinished)
    const terminal = clone.launch('start', 'guide')
    await terminal.waitForOutput(/The guide is at/)
    expect(listening(clone)).toEqual(['workshop 127.0.0.1'])
    terminal.signal('SIGINT')
    await terminal.ended
  })

  test('what `npm run wire` opens', async () => {
    const clone = await WorkspaceFixture.create(programs, onTestFinished)
    const redis = await startTestRedis()
    const terminal = clone.launch('wire', `redis://127.0.0.1:${redis.port}`)
    await terminal.waitForOutput(/Ctrl\+C ends it/)
    await expectTable(clone, 'wire')
    terminal.signal('SIGINT')
    await terminal.ended
  })

  test('what `npm run classroom` opens: only two ports are reachable from the network', async () => {
    const clone = await WorkspaceFixture.create(programs, onTestFinished)
    const terminal = clone.launch('classroom', `${networkAddress}:0`)
    await terminal.waitForOutput(/The board is at/)
    await expectTable(clone, 'classroom')
    terminal.signal('SIGINT')
    await terminal.ended
  })

  test('what `npm run slides` opens', async () => {
    const clone = await WorkspaceFixture.create(programs, onTestFinished)
    const terminal = clone.launch('slides')
    await terminal.waitForOutput(/The slides are at/)
    await expectTable(clone, 'slides')
    terminal.signal('SIGINT')
    await terminal.ended
  })
})

// Linux has all of 127.0.0.0/8.
const networkAddress = '127.0.0.2'

async function expectTable(clone: WorkspaceFixture, command: string): Promise<void> {
  const expected = tableFor(command)
  const text = () => listening(clone).join('\n')
  await waitUntil(
    () => text() === expected.join('\n'),
    () => `DEPLOY.md lists:\n${expected.join('\n')}\nlistening are:\n${text()}`,
    100,
  )
}

/** The rows of the table for a command: a line for each port. */
function tableFor(command: string): string[] {
  const rows = readFileSync(join(root, 'DEPLOY.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, commands = '']) => commands.split(', ').includes(command))
  return rows
    .flatMap(([, , process = '', , howMany = '']) => {
      const [, number = ''] = /^(\d+)/.exec(howMany) ?? []
      const count = Number(number) * (/per (web )?instance/.test(howMany) ? instances : 1)
      const address = howMany.includes('on the network') ? networkAddress : '127.0.0.1'
      return Array.from({ length: count }, () => `${process} ${address}`)
    })
    .toSorted()
}

/** What listens: a line for each port, with the kind of process and the address. */
function listening(clone: WorkspaceFixture): string[] {
  const addresses = new Map<string, string>(
    ['tcp', 'tcp6'].flatMap((name) =>
      readFileSync(`/proc/net/${name}`, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, , , state]) => state === '0A')
        .map((fields) => [`socket:[${fields[9]}]`, addressIn(fields[1] ?? '')] as const),
    ),
  )
  return clone
    .leftovers()
    .flatMap(({ pid, command }) =>
      socketsOf(pid).flatMap((socket) => {
        const address = addresses.get(socket)
        return address ? [`${kindOf(command)} ${address}`] : []
      }),
    )
    .toSorted()
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
  } catch {
    return [] // It ended, or closed a file, while we were reading.
  }
}

// proc_net_tcp(5): the address in hexadecimal, each group of four bytes in the machine's order.
function addressIn(text: string): string {
  const [address = ''] = text.split(':')
  if (address.length !== 8) return address
  return Buffer.from(address, 'hex').toReversed().join('.')
}

function kindOf(command: string): string {
  if (/-server /.test(command)) return 'redis-server'
  if (/daemon/.test(command)) return 'session daemon'
  return /launcher\.cjs/.test(command) ? 'workshop' : 'instance'
}
