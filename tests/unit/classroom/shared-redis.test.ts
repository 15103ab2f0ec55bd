import { once } from 'node:events'
import { connect } from 'node:net'
import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { findSharedRedis, joinClassroom } from '../../../workshop/classroom/membership.ts'
import { later } from '../support/on-finished.ts'
import { host, openRoom, tempFolder } from './classroom-fixture.ts'

type Place = Awaited<ReturnType<typeof openRoom>>

/** Joins, and connects as an instance of that learner does. */
async function learnerOf({ url, room }: Place, name: string, localAddress = '127.0.0.1') {
  const folder = tempFolder()
  const { id } = await joinClassroom(url, room.code, name, folder)
  const { url: redisUrl, namePrefix } = await findSharedRedis(folder)
  const connected = async () => {
    const socket = { reconnectStrategy: false as const, localAddress }
    const client = createClient({ url: redisUrl, socket })
    client.on('error', () => {})
    later(() => client.destroy())
    await client.connect()
    return client
  }
  return { id, namePrefix, redisUrl, connected }
}

test('instances of all learners share the channels, and have names with the learner', async () => {
  const place = await openRoom()
  const [ada, other] = [await learnerOf(place, 'Ada'), await learnerOf(place, 'ADA!')]
  expect([ada.namePrefix, other.namePrefix]).toEqual(['ada-', 'ada-2-'])
  const subscriber = await ada.connected()
  const message = new Promise((resolve) => void subscriber.subscribe('instances', resolve))
  await subscriber.ping()
  await (await other.connected()).publish('instances', 'started')
  expect(await message).toBe('started')
  expect(place.room.rows).toMatchObject([
    { connections: 1, published: 0 },
    { connections: 1, published: 1 },
  ])
})

test('a learner may run the commands of the steps only', async () => {
  const place = await openRoom()
  const client = await (await learnerOf(place, 'Ada')).connected()
  const allowed = [
    ['SET', 'sess:1', '{}', 'EX', '10'],
    ['SET', 'job:1', 'worker.1', 'NX', 'EX', '10'],
    ['GET', 'sess:1'],
    ['PUBLISH', 'JOB:ada:primes', '{}'],
    ['PUBLISH', 'outgoing_socket_message', '{}'],
    ['INFO', 'server'],
  ]
  for (const words of allowed) expect(await client.sendCommand(words)).not.toBeNull()
  const forbidden = [
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['FLUSHALL'],
    ['CONFIG', 'SET', 'requirepass', ''],
    ['EVAL', 'return 1', '0'],
    ['ACL', 'LIST'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['MONITOR'],
    ['SHUTDOWN'],
    ['DEBUG', 'SLEEP', '1'],
    ['SET', 'other', 'x'],
    ['GET', 'other'],
    ['PUBLISH', 'other', 'x'],
    ['SUBSCRIBE', 'other'],
    ['PSUBSCRIBE', '*'],
  ]
  for (const words of forbidden)
    await expect(client.sendCommand(words), words.join(' ')).rejects.toThrow(
      /NOPERM|^ERR DEBUG command not allowed/,
    )
})

test('only learners who have joined can connect, until they leave', async () => {
  const place = await openRoom()
  const ada = await learnerOf(place, 'Ada')
  const client = await ada.connected()
  const unauthorized = createClient({
    url: ada.redisUrl.replace(/:[^:@]+@/, ':wrong@'),
    socket: { reconnectStrategy: false },
  })
  unauthorized.on('error', () => {})
  await expect(unauthorized.connect()).rejects.toThrow(/WRONGPASS/)
  const ended = once(client, 'error')
  await place.room.remove(ada.id)
  await ended
  await expect(ada.connected()).rejects.toThrow(/WRONGPASS/)
})

test.skipIf(process.platform !== 'linux')(
  'a client that floods, freezes or sends invalid bytes does not affect others',
  async () => {
    const place = await openRoom()
    const linus = await learnerOf(place, 'Linus', '127.0.0.3')
    const ada = await learnerOf(place, 'Ada')
    const port = Number(new URL(linus.redisUrl).port)

    // It subscribes, and never reads.
    const { username, password } = new URL(linus.redisUrl)
    const frozen = connect({ host, port, localAddress: '127.0.0.3' }).on('error', () => {})
    later(() => frozen.destroy())
    frozen.write(`*3\r\n$4\r\nAUTH\r\n$${username.length}\r\n${username}\r\n`)
    frozen.write(
      `$${password.length}\r\n${password}\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$9\r\ninstances\r\n`,
    )
    frozen.pause()

    const rubbish = connect({ host, port, localAddress: '127.0.0.3' }).on('error', () => {})
    later(() => rubbish.destroy())
    rubbish.write('*1\r\n:owned\r\n')
    await once(rubbish.resume(), 'close')

    const flood = await linus.connected()
    let sent = 0
    const flooding = Array.from({ length: 5000 }, () =>
      flood.publish('instances', 'x'.repeat(100)).then(
        () => (sent += 1),
        () => {},
      ),
    )
    later(() => Promise.all(flooding))

    const subscriber = await ada.connected()
    const received: string[] = []
    const done = new Promise<void>((resolve) => {
      void subscriber.subscribe('instances', (message) => {
        received.push(message)
        if (message === 'ada') resolve()
      })
    })
    await subscriber.ping()
    await (await ada.connected()).publish('instances', 'ada')
    await done
    // The flood waits in its own client, and not between Ada's messages.
    expect(sent).toBeLessThan(5000)
    flood.destroy()
  },
)
