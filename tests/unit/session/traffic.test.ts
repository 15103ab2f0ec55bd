import { expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

// One connection of each generation of the redis package, and a command of the program's own.
const greets = `
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
}, () => bus.emit('here', 'somebody'))
process.once('SIGTERM', () => process.exit(0))`

test('the wire shows what a program says, and not how libraries introduce themselves', async ({
  onTestFinished,
}) => {
  const clone = await WorkspaceFixture.create({ '91-greets': greets }, onTestFinished)
  const terminal = clone.launch('step', '91', 'wire')
  await terminal.waitForOutput(/wire {2}\| .* PING +-> PONG/)
  expect(terminal.output).toMatch(/conn \d {2}PSUBSCRIBE here +-> ok/)
  expect(terminal.output).toMatch(/conn \d {2}PUBLISH here "somebody" +-> 1 receiver/)
  expect(terminal.output).not.toMatch(/conn \d {2}(INFO|CLIENT)/)
  terminal.signal('SIGINT')
  await terminal.ended
})
