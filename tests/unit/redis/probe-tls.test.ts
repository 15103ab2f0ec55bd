import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, createServer as createPlainServer } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../../workshop/errors.ts'
import { explainConnectionError } from '../../../workshop/redis/connection-errors.ts'
import { parseRedisUrl } from '../../../workshop/redis/index.ts'
import {
  complaintAbout,
  runInNode,
  listen,
  newFolder,
  privateRedis,
  outputOf,
} from './redis-support.ts'

const openssl = hasOpenssl() ? '' : ' (skipped: no openssl on this machine)'

describe.skipIf(openssl)(`TLS${openssl}`, () => {
  test('a self-signed certificate is refused unless it is trusted', async () => {
    const { folder, port } = await redisBehindTls()
    expect(await complaintAbout(`rediss://:secret@127.0.0.1:${port}`)).toMatch(
      /shows a certificate that is not trusted \(\w+\): set NODE_EXTRA_CA_CERTS/,
    )
    const lines = [`console.log(await redis.probeRedis('rediss://127.0.0.1:${port}'))`]
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }
    expect(await outputOf(await runInNode(folder, lines, env))).toContain(`port: ${port}`)
  })

  test('a trusted certificate of another host is refused', async () => {
    const { folder, port } = await redisBehindTls('DNS:redis.example')
    const lines = [
      `await redis.probeRedis('rediss://127.0.0.1:${port}').catch(({ message }) => console.log(message))`,
    ]
    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }
    expect(await outputOf(await runInNode(folder, lines, env))).toContain(
      `127.0.0.1:${port} shows a certificate of another host: write the host that the certificate names`,
    )
  })

  test('redis:// to a Redis with TLS, and rediss:// to one without, name the other scheme', async () => {
    const { port } = await redisBehindTls()
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`, 1000)).toMatch(
      /is it a Redis\? \(With TLS it is rediss:\/\/\)/,
    )
    const plain = await privateRedis()
    const silent = await complaintAbout(`rediss://:secret@127.0.0.1:${plain.port}`, 500)
    expect(silent).toContain(
      'did not answer in TLS within 0.5 s: if it has none, write redis://',
    )
    const other = await listen(createPlainServer((socket) => socket.write('-ERR what?\r\n')))
    expect(await complaintAbout(`rediss://:secret@127.0.0.1:${other}`)).toContain(
      'does not use TLS: write redis:// instead of rediss://',
    )
  })
})

test('a certificate that has expired is not taken for one of an unknown authority', () => {
  const error = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' })
  const address = parseRedisUrl('rediss://127.0.0.1:6380')
  expect(explainConnectionError(error, address, { connected: false, timeoutMs: 1000 })).toEqual(
    new UserError(
      'REDIS_URL: 127.0.0.1:6380 shows a certificate that is not valid today (CERT_HAS_EXPIRED): renew it, or correct the clock',
    ),
  )
})

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function redisBehindTls(
  host = 'IP:127.0.0.1',
): Promise<{ folder: string; port: number }> {
  const folder = newFolder()
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${host}`]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', ...kind, ...subject, ...files], { stdio: 'ignore' })
  const { port } = await privateRedis()
  const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)]
  const server = createServer({ key, cert }, (socket) => {
    const upstream = connect(port, '127.0.0.1')
    socket.on('error', () => upstream.destroy()).pipe(upstream)
    upstream.on('error', () => {}).pipe(socket)
  })
  return { folder, port: await listen(server) }
}
