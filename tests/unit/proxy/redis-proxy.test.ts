import { expect, test } from 'vitest'
import { toRedisCli } from '../../../workshop/proxy/index.ts'
import {
  RawClient,
  encodeCommand,
  commandsIn,
  startTestRedis,
  timeoutSignal,
  startTestProxy,
} from './proxy-fixture.ts'

test('commands, replies and messages are recorded in order', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const subscriber = new RawClient(proxy.port)
  subscriber.write(encodeCommand('SUBSCRIBE', 'instances'))
  await subscriber.waitForBytes(':1\r\n')
  const publisher = new RawClient(proxy.port)
  publisher.write(encodeCommand('publish', 'instances', '{"instance":"web.1"}'))
  await subscriber.waitForBytes('web.1')
  await publisher.waitForBytes(':1\r\n')

  const [subscribe, publish] = commandsIn(recording.events)
  expect(subscribe).toMatchObject({ name: 'SUBSCRIBE', args: ['instances'], connection: 1 })
  expect(subscribe?.reply).toEqual(['subscribe', 'instances', 1])
  expect(publish).toMatchObject({ name: 'PUBLISH', connection: 2, reply: 1, instance: 'web.1' })
  expect(publish?.seq).toBeGreaterThan(subscribe?.replySeq ?? Infinity)
  const message = recording.events.find((event) => event.kind === 'push')
  expect(message).toMatchObject({
    name: 'message',
    args: ['instances', '{"instance":"web.1"}'],
  })
  expect(toRedisCli(publish!)).toBe(`redis-cli PUBLISH instances '{"instance":"web.1"}'`)
})

test('QUIT is recorded as a close by the server', async () => {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const client = new RawClient(proxy.port)
  client.write('QUIT\r\n')
  const closed = await recording.waitFor(
    (events) => events.find((event) => event.kind === 'close'),
    timeoutSignal(),
  )
  expect(closed.by).toBe('server')
})
