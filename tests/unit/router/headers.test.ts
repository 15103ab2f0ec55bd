import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { ask, fakeBackend, startRouter } from './fake-backend.ts'

/** An instance that answers with the headers it was sent. */
function mirror() {
  return fakeBackend('web.1', (req, res) => void res.end(JSON.stringify(req.headers)))
}

test('X-Forwarded headers pass client, host, port and protocol to the instance', async () => {
  const { router } = await startRouter([await mirror()])
  const { text } = await ask(router, '/', { headers: { Host: 'localhost:81' } })
  expect(JSON.parse(text)).toMatchObject({
    host: 'localhost:81',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'localhost:81',
    'x-forwarded-port': String(router.port),
    'x-forwarded-proto': 'http',
  })
})

test('DNS rebinding: a Host other than 127.0.0.1 or localhost gets 421', async () => {
  const web1 = await mirror()
  const { router, routed } = await startRouter([web1])
  for (const Host of ['rebound.example', `rebound.example:${router.port}`, 'localhost.example'])
    expect(await ask(router, '/me', { headers: { Host } })).toMatchObject({
      status: 421,
      by: 'router',
      text: expect.stringMatching(/^This router answers as 127\.0\.0\.1 or localhost only/),
    })
  expect(web1.connections).toBe(0)
  expect(routed.map(({ status }) => status)).toEqual([421, 421, 421])
  // ssh -L 9000:127.0.0.1:3000
  expect(await ask(router, '/me', { headers: { Host: 'localhost:9000' } })).toMatchObject({
    status: 200,
  })
})

test('forwarding headers of the client are replaced', async () => {
  const { router } = await startRouter([await mirror()])
  const forged = {
    Forwarded: 'for=10.0.0.1;proto=https',
    'X-Forwarded-For': '10.0.0.1',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Ssl': 'on',
    'X-Forwarded-Host': 'bank.example',
    'X-Forwarded-Port': '443',
  }
  const { text } = await ask(router, '/', { headers: forged })
  const received: Record<string, string> = JSON.parse(text)
  expect(received['x-forwarded-proto']).toBe('http')
  expect(Object.keys(received).filter((name) => name.includes('forwarded'))).toHaveLength(4)
  expect(text).not.toMatch(/10\.0\.0\.1|bank/)
})

test('the router terminates TLS, and sets X-Forwarded-Proto to https', async () => {
  const { router } = await startRouter([await mirror()], { tls: true })
  expect(router.url).toBe(`https://localhost:${router.port}`)
  const { text, by } = await ask(router)
  expect(by).toBe('web.1')
  expect(JSON.parse(text)).toMatchObject({
    'x-forwarded-proto': 'https',
    'x-forwarded-host': `localhost:${router.port}`,
  })
})

test('plain HTTP on the TLS port is disconnected, and TLS still works', async () => {
  const { router } = await startRouter([await mirror()], { tls: true })
  const client = connect(router.port, '127.0.0.1').on('error', () => {})
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  client.resume()
  await once(client, 'close')
  expect(await ask(router)).toMatchObject({ status: 200 })
})
