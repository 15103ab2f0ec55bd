import { expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

// One connection of each generation of the redis package, and a command of the program's own.
const pingsAndPublishes = `
import NodeRedisPubSub from 'node-redis-pubsub'
import { createClient } from 'redis'
const url = process.env.REDIS_URL
const client = createClient({ url })
client.on('error', () => {})
const bus = new NodeRedisPubSub({ url })
bus.on('error', () => {})
bus.on('here', async () => {
  await client.connect()
  await client.ping()
}, () => bus.emit('here', 'ada'))
process.once('SIGTERM', () => process.exit(0))`

test('the wire shows the commands of a program, and not the handshakes of its libraries', async ({
  onTestFinished,
}) => {
  const clone = await WorkspaceFixture.create({ '91-pings': pingsAndPublishes }, onTestFinished)
  const terminal = clone.launch('step', '91', 'wire')
  await terminal.waitForOutput(/wire {2}\| .* PING +-> PONG/)
  expect(terminal.output).toMatch(/conn \d {2}PSUBSCRIBE here +-> ok/)
  expect(terminal.output).toMatch(/conn \d {2}PUBLISH here "ada" +-> 1 receiver/)
  expect(terminal.output).not.toMatch(/conn \d {2}(INFO|CLIENT)/)
  terminal.signal('SIGINT')
  await terminal.ended
})
