import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { openRouter } from '../../../workshop/router/index.ts'
import { ask, fakeBackend, startRouter } from './fake-backend.ts'

test('requests go round robin, and X-Served-By names the instance', async () => {
  const { router, routed } = await startRouter([
    await fakeBackend('web.1'),
    await fakeBackend('web.2'),
  ])
  const answers = []
  for (const path of ['/a', '/b?c=d', '/a']) answers.push(await ask(router, path))
  expect(answers.map(({ text }) => text)).toEqual(['web.1', 'web.2', 'web.1'])
  expect(answers.map(({ by }) => by)).toEqual(['web.1', 'web.2', 'web.1'])
  expect(routed[1]).toEqual({ method: 'GET', path: '/b?c=d', instance: 'web.2', status: 200 })
})

test('requests at the same moment go to different instances', async () => {
  const backends = await Promise.all(
    ['web.1', 'web.2', 'web.3'].map((name) => fakeBackend(name)),
  )
  const { router } = await startRouter(backends)
  const answers = await Promise.all(backends.map(() => ask(router)))
  expect(answers.map(({ by }) => by).toSorted()).toEqual(['web.1', 'web.2', 'web.3'])
})

test('method, path, body, status and several cookies arrive unchanged', async () => {
  const web1 = await fakeBackend('web.1', (req, res) => {
    res.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Served-By': 'forged' })
    res.write(`${req.method} ${req.url} `)
    req.pipe(res)
  })
  const { router } = await startRouter([web1])
  const answer = await ask(router, '/x%20y?z=%2F', { method: 'PUT', body: 'a'.repeat(300_000) })
  expect(answer.text).toBe(`PUT /x%20y?z=%2F ${'a'.repeat(300_000)}`)
  expect(answer).toMatchObject({ status: 201, by: 'web.1' })
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
})

test('the router keeps a connection of a client alive', async () => {
  const { router } = await startRouter([await fakeBackend('web.1'), await fakeBackend('web.2')])
  const { headers } = await ask(router, '/', { headers: { Connection: 'keep-alive' } })
  expect(headers.connection).toBe('keep-alive')
})

test('an instance that does not listen is skipped, and the next one receives the whole body', async () => {
  const [web1, web2] = [
    await fakeBackend('web.1'),
    await fakeBackend('web.2', (req, res) => void req.pipe(res)),
  ]
  const { router } = await startRouter([web1, web2])
  await web1.crash()
  for (const body of ['one', 'two', 'three']) {
    expect(await ask(router, '/', { method: 'POST', body })).toMatchObject({
      text: body,
      by: 'web.2',
    })
  }
  await web1.listenAgain()
  expect(await ask(router)).toMatchObject({ by: 'web.1' })
})

test('an instance that listens on IPv6 alone is found', async () => {
  const web1 = await fakeBackend('web.1')
  await web1.crash()
  web1.server.listen(web1.port, '::1')
  await once(web1.server, 'listening')
  const { router } = await startRouter([web1])
  expect(await ask(router)).toMatchObject({ by: 'web.1' })
})

test('without a listening instance the router answers 503 and names the ports', async () => {
  const web1 = await fakeBackend('web.1')
  const { router, routed } = await startRouter([web1])
  await web1.crash()
  const answer = await ask(router, '/me')
  expect(answer).toMatchObject({ status: 503, by: 'router' })
  expect(answer.text).toContain(`web.1  nothing listens on port ${web1.port}`)
  expect(routed).toEqual([{ method: 'GET', path: '/me', instance: undefined, status: 503 }])
  const { router: empty } = await startRouter([])
  expect((await ask(empty)).text).toContain('there is no instance')
})

test('an instance that crashes before it answers: 502, and no retry', async () => {
  const web1 = await fakeBackend('web.1', () => void web1.crash())
  const web2 = await fakeBackend('web.2')
  const { router, routed } = await startRouter([web1, web2])
  const answer = await ask(router, '/', { method: 'POST', body: 'pay' })
  expect(answer).toMatchObject({ status: 502, by: 'router' })
  expect(answer.text).toContain('web.1 was asked and hung up')
  expect(routed.map(({ status }) => status)).toEqual([502])
  expect(web2.connections).toBe(0)
})

test('an instance that crashes during its answer: the connection of the client is aborted', async () => {
  const web1 = await fakeBackend('web.1', (_req, res) => {
    res.writeHead(200, { 'Content-Length': 100 })
    res.write('half', () => void web1.crash())
  })
  const { router } = await startRouter([web1])
  await expect(ask(router)).rejects.toThrow('aborted')
})

test('a client that disconnects aborts its request, and the router goes on', async () => {
  const web1 = await fakeBackend('web.1', (req, res) => void (req.url === '/' && res.end()))
  const { router, routed } = await startRouter([web1])
  const asked = once(web1.server, 'request')
  const client = connect(router.port, '127.0.0.1')
  client.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [, res] = await asked
  const aborted = once(res, 'close')
  client.destroy()
  await aborted
  expect(await ask(router)).toMatchObject({ status: 200 })
  expect(routed).toHaveLength(1)
})

test.each([
  'malformed\r\n\r\n',
  'GET http://[bad HTTP/1.1\r\nHost: x\r\n\r\n',
  '\u0016\u0003\u0001',
])('the router still answers after the malformed request %j', async (malformed) => {
  const { router } = await startRouter([await fakeBackend('web.1')])
  const client = connect(router.port, '127.0.0.1').on('error', () => {})
  client.end(malformed)
  client.resume()
  await once(client, 'close')
  expect(await ask(router)).toMatchObject({ status: 200 })
})

test('two routers are independent of each other', async () => {
  const [a, b] = [await fakeBackend('web.1'), await fakeBackend('web.2')]
  const [one, two] = [await startRouter([a]), await startRouter([b])]
  const answers = await Promise.all([ask(one.router), ask(two.router), ask(one.router)])
  expect(answers.map(({ by }) => by)).toEqual(['web.1', 'web.2', 'web.1'])
  expect([one.routed.length, two.routed.length]).toEqual([2, 1])
  await one.router.close()
  expect(await ask(two.router)).toMatchObject({ by: 'web.2' })
})

test('instances can be added and removed; a port in use is refused', async () => {
  const backends = [await fakeBackend('web.1')]
  const { router } = await startRouter(backends)
  await ask(router)
  backends.push(await fakeBackend('web.2'))
  expect(await ask(router)).toMatchObject({ by: 'web.2' })
  backends.shift()
  expect(await ask(router)).toMatchObject({ by: 'web.2' })
  await expect(openRouter({ backends: () => [], port: router.port })).rejects.toThrow(
    'EADDRINUSE',
  )
})

test('close ends requests that are still under way', async () => {
  let closed: Promise<void> | undefined
  const { router } = await startRouter([
    await fakeBackend('web.1', (_req, res) => {
      res.flushHeaders()
      closed = router.close()
    }),
  ])
  const answered = ask(router)
  await expect(answered).rejects.toThrow(/aborted|hang up/)
  await closed
  await expect(ask(router)).rejects.toThrow('ECONNREFUSED')
})
