import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { dataPath, root } from '../../../workshop/paths.ts'
import { localhostCertificate } from '../../../workshop/proxy/index.ts'
import { later } from '../support/on-finished.ts'
import {
  RawClient,
  encodeCommand,
  commandsIn,
  startTestRedis,
  startTlsRedis,
  timeoutSignal,
  startTestProxy,
  waitUntil,
} from './proxy-fixture.ts'

const { resolve } = createRequire(import.meta.url)
const redisPackage = JSON.stringify(pathToFileURL(resolve('redis')).href)

/** A program as a learner writes it, with rediss://. */
const program = `
  const { default: { createClient } } = await import(${redisPackage})
  const client = createClient({ url: process.env.REDIS_URL, socket: { reconnectStrategy: false } })
  client.on('error', (error) => { console.log(error.code ?? error.message) })
  try {
    await client.connect()
    console.log(await client.ping(), (await client.echo('x'.repeat(300_000))).length)
    await client.close()
  } catch {}
`

/** Runs a program. @returns what it printed */
function run(text: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  later(() => child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  return new Promise((done) => child.on('close', () => done(output.trim())))
}

test('a program that trusts the certificate connects to the proxy over TLS', async () => {
  const tls = localhostCertificate()
  const { proxy, recording } = await startTestProxy(await startTestRedis(), { tls })
  for (const host of ['127.0.0.1', 'localhost']) {
    const env = {
      REDIS_URL: `rediss://${host}:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: tls.certFile,
    }
    expect(await run(program, env)).toBe('PONG 300000')
  }
  expect(recording.events[0]).toMatchObject({ kind: 'open', tls: true, connection: 1 })
  expect(commandsIn(recording.events).find(({ name }) => name === 'PING')?.reply).toBe('PONG')
  await waitUntil('all closed', () => proxy.openConnections().length === 0)
})

test('a program that does not trust the certificate closes the connection', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis(), {
    tls: localhostCertificate(),
  })
  const env = { REDIS_URL: `rediss://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: '' }
  expect(await run(program, env)).toContain('SELF_SIGNED_CERT')
  await recording.waitFor(
    (events) => events.find(({ kind }) => kind === 'close'),
    timeoutSignal(),
  )
  expect(commandsIn(recording.events)).toEqual([])
})

test('plain text on a TLS port is recorded as a protocol error, and the connection is closed', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis(), {
    tls: localhostCertificate(),
  })
  const client = new RawClient(proxy.port)
  client.write(encodeCommand('AUTH', 's3same'))
  await waitUntil('closed', () => client.socket.closed)
  expect(client.size).toBe(0)
  expect(recording.events).toMatchObject([
    { kind: 'open', tls: false },
    { kind: 'protocol-error', reason: 'plaintext-on-tls' },
    { kind: 'close', by: 'proxy' },
  ])
})

test('a client that connects and sends nothing can be disconnected, and can disconnect', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis(), {
    tls: localhostCertificate(),
  })
  const silent = new RawClient(proxy.port)
  const leaving = new RawClient(proxy.port)
  leaving.socket.end()
  await recording.waitFor(
    (events) => events.find(({ kind }) => kind === 'close'),
    timeoutSignal(),
  )
  await proxy.disable()
  await waitUntil('closed', () => silent.socket.closed)
})

test('the proxy connects to a Redis over TLS and verifies its certificate', async () => {
  const { certFile } = localhostCertificate()
  const port = await startTlsRedis()
  const { wire, client } = { wire: await bundled(), client: program }
  const text = `
    const { Recording, startProxy } = await import(${JSON.stringify(pathToFileURL(wire).href)})
    const upstream = { host: '127.0.0.1', port: ${port}, tls: true }
    const proxy = await startProxy({ instance: 'web.1', recording: new Recording(), upstream })
    process.env.REDIS_URL = 'redis://127.0.0.1:' + proxy.port
    ${client}
    await proxy.close()
  `
  expect(await run(text, { NODE_EXTRA_CA_CERTS: certFile })).toBe('PONG 300000')
  expect(await run(text, { NODE_EXTRA_CA_CERTS: '' })).not.toContain('PONG')
})

async function bundled(): Promise<string> {
  const outfile = dataPath('build', 'proxy-tls-test.mjs')
  const entry = join(root, 'workshop', 'proxy', 'index.ts')
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
  })
  return outfile
}
