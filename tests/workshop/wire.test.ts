import { expect, test } from 'vitest'
import { toRedisCli } from '../../workshop/wire/index.ts'
import { RawClient, command, commandsIn, redis, soon, tapped } from './wire-support.ts'

test('commands, replies and messages are recorded in order', async () => {
  const { tap, recording } = await tapped(await redis())
  const subscriber = new RawClient(tap.port)
  subscriber.write(command('SUBSCRIBE', 'instances'))
  await subscriber.gets(':1\r\n')
  const publisher = new RawClient(tap.port)
  publisher.write(command('publish', 'instances', '{"instance":"web.1"}'))
  await subscriber.gets('web.1')
  await publisher.gets(':1\r\n')

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

test('a connection ends', async () => {
  const { tap, recording } = await tapped(await redis())
  const client = new RawClient(tap.port)
  client.write('QUIT\r\n')
  const closed = await recording.until(
    (events) => events.find((event) => event.kind === 'close'),
    soon(),
  )
  expect(closed.by).toBe('server')
})
