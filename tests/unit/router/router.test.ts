import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { openRouter } from '../../../workshop/router/index.ts'
import { ask, fakeBackend, startRouter } from './fake-backend.ts'

test('every instance in turn, and each answer tells who gave it', async () => {
  const { router, told } = await startRouter([
    await fakeBackend('web.1'),
    await fakeBackend('web.2'),
  ])
  const answers = []
  for (const path of ['/a', '/b?c=d', '/a']) answers.push(await ask(router, path))
  expect(answers.map(({ text }) => text)).toEqual(['web.1', 'web.2', 'web.1'])
  expect(answers.map(({ by }) => by)).toEqual(['web.1', 'web.2', 'web.1'])
  expect(told[1]).toEqual({ method: 'GET', path: '/b?c=d', instance: 'web.2', status: 200 })
})

test('requests at the same moment go to different instances', async () => {
  const stands = await Promise.all(['web.1', 'web.2', 'web.3'].map((name) => fakeBackend(name)))
  const { router } = await startRouter(stands)
  const answers = await Promise.all(stands.map(() => ask(router)))
  expect(answers.map(({ by }) => by).toSorted()).toEqual(['web.1', 'web.2', 'web.3'])
})

test('body, method, status, several cookies and the path arrive as they were sent', async () => {
  const web1 = await fakeBackend('web.1', (req, res) => {
    res.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Served-By': 'somebody else' })
    res.write(`${req.method} ${req.url} `)
    req.pipe(res)
  })
  const { router } = await startRouter([web1])
  const answer = await ask(router, '/x%20y?z=%2F', { method: 'PUT', body: 'a'.repeat(300_000) })
  expect(answer.text).toBe(`PUT /x%20y?z=%2F ${'a'.repeat(300_000)}`)
  expect(answer).toMatchObject({ status: 201, by: 'web.1' })
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
})

test('a client may keep its connection to the router', async () => {
  const { router } = await startRouter([await fakeBackend('web.1'), await fakeBackend('web.2')])
  const { headers } = await ask(router, '/', { headers: { Connection: 'keep-alive' } })
  expect(headers.connection).toBe('keep-alive')
})

test('an instance that does not listen is passed over, also with a body under way', async () => {
  const [web1, web2] = [
    await fakeBackend('web.1'),
    await fakeBackend('web.2', (req, res) => void req.pipe(res)),
  ]
  const { router } = await startRouter([web1, web2])
  await web1.die()
  for (const body of ['one', 'two', 'three']) {
    expect(await ask(router, '/', { method: 'POST', body })).toMatchObject({
      text: body,
      by: 'web.2',
    })
  }
  await web1.revive()
  expect(await ask(router)).toMatchObject({ by: 'web.1' })
})

test('an instance that listens on IPv6 alone is found', async () => {
  const web1 = await fakeBackend('web.1')
  await web1.die()
  web1.server.listen(web1.port, '::1')
  await once(web1.server, 'listening')
  const { router } = await startRouter([web1])
  expect(await ask(router)).toMatchObject({ by: 'web.1' })
})

test('with nobody left: 503, and a page that says so', async () => {
  const web1 = await fakeBackend('web.1')
  const { router, told } = await startRouter([web1])
  await web1.die()
  const answer = await ask(router, '/me')
  expect(answer).toMatchObject({ status: 503, by: 'router' })
  expect(answer.text).toContain(`web.1  nothing listens on port ${web1.port}`)
  expect(told).toEqual([{ method: 'GET', path: '/me', instance: undefined, status: 503 }])
  const { router: empty } = await startRouter([])
  expect((await ask(empty)).text).toContain('there is no instance')
})

test('an instance that dies before it answers: 502, and no second try', async () => {
  const web1 = await fakeBackend('web.1', () => void web1.die())
  const web2 = await fakeBackend('web.2')
  const { router, told } = await startRouter([web1, web2])
  const answer = await ask(router, '/', { method: 'POST', body: 'pay' })
  expect(answer).toMatchObject({ status: 502, by: 'router' })
  expect(answer.text).toContain('web.1 was asked and hung up')
  expect(told.map(({ status }) => status)).toEqual([502])
  expect(web2.connections).toBe(0)
})

test('an instance that dies in the middle of its answer: the client is told', async () => {
  const web1 = await fakeBackend('web.1', (_req, res) => {
    res.writeHead(200, { 'Content-Length': 100 })
    res.write('half', () => void web1.die())
  })
  const { router } = await startRouter([web1])
  await expect(ask(router)).rejects.toThrow('aborted')
})

test('a client that leaves takes its request with it, and the router goes on', async () => {
  const web1 = await fakeBackend('web.1', (req, res) => void (req.url === '/' && res.end()))
  const { router, told } = await startRouter([web1])
  const asked = once(web1.server, 'request')
  const client = connect(router.port, '127.0.0.1')
  client.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [, res] = await asked
  const gone = once(res, 'close')
  client.destroy()
  await gone
  expect(await ask(router)).toMatchObject({ status: 200 })
  expect(told).toHaveLength(1)
})

test.each([
  'rubbish\r\n\r\n',
  'GET http://[bad HTTP/1.1\r\nHost: x\r\n\r\n',
  '\u0016\u0003\u0001',
])('%j does not disturb it', async (rubbish) => {
  const { router } = await startRouter([await fakeBackend('web.1')])
  const client = connect(router.port, '127.0.0.1').on('error', () => {})
  client.end(rubbish)
  client.resume()
  await once(client, 'close')
  expect(await ask(router)).toMatchObject({ status: 200 })
})

test('two routers at once do not know of each other', async () => {
  const [a, b] = [await fakeBackend('web.1'), await fakeBackend('web.2')]
  const [one, two] = [await startRouter([a]), await startRouter([b])]
  const answers = await Promise.all([ask(one.router), ask(two.router), ask(one.router)])
  expect(answers.map(({ by }) => by)).toEqual(['web.1', 'web.2', 'web.1'])
  expect([one.told.length, two.told.length]).toEqual([2, 1])
  await one.router.close()
  expect(await ask(two.router)).toMatchObject({ by: 'web.2' })
})

test('instances may come and go; a taken port is refused', async () => {
  const stands = [await fakeBackend('web.1')]
  const { router } = await startRouter(stands)
  await ask(router)
  stands.push(await fakeBackend('web.2'))
  expect(await ask(router)).toMatchObject({ by: 'web.2' })
  stands.shift()
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
