import { connect, createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { ProbeError } from '../../../workshop/redis/probe-client.ts'
import { explainConnectionError } from '../../../workshop/redis/connection-errors.ts'
import { probeRedis } from '../../../workshop/redis/index.ts'
import { later } from '../support/on-finished.ts'
import { ask, complaintAbout, listen, privateRedis } from './redis-support.ts'

const secret = 'sécret@:/#?%'
const encoded = encodeURIComponent(secret)

describe('a Redis that can be used', () => {
  test('without credentials', async () => {
    const { port, url } = await privateRedis()
    const probed = await probeRedis(url)
    expect(probed).toEqual({
      host: '127.0.0.1',
      port,
      version: expect.stringMatching(/^\d+\./),
    })
  })

  test('with a password', async () => {
    const { port } = await privateRedis('--requirepass', secret)
    await expect(probeRedis(`redis://:${encoded}@127.0.0.1:${port}`)).resolves.toBeDefined()
    await expect(
      probeRedis(`redis://default:${encoded}@127.0.0.1:${port}`),
    ).resolves.toBeDefined()
  })

  test('with a user who may run neither INFO nor PING', async () => {
    const ada = [
      '--user',
      'ada',
      'on',
      '>secret',
      '~*',
      '&*',
      '+publish',
      '+hello',
      '+subscribe',
    ]
    const { port } = await privateRedis(...ada)
    const { version } = await probeRedis(`redis://ada:secret@127.0.0.1:${port}`)
    expect(version).toBe('of unknown version')
  })

  test('is not written to', async () => {
    const { port, url } = await privateRedis()
    await ask(port, ['SET', 'mine', '1'], ['CONFIG', 'RESETSTAT'])
    await probeRedis(url)
    const [stats] = await ask(port, ['INFO', 'commandstats'])
    const commands = [...(stats ?? '').matchAll(/cmdstat_(\S+?):/g)].map((match) => match[1])
    expect(commands.filter((name) => name !== 'config|resetstat').toSorted()).toEqual([
      'hello',
      'info',
      'ping',
      'subscribe',
    ])
  })
})

describe('a Redis that cannot be used', () => {
  test('refuses the connection', async () => {
    const { port, stop } = await privateRedis()
    await stop()
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`)).toBe(
      `REDIS_URL: 127.0.0.1:${port} refused the connection: start that Redis, or correct host and port`,
    )
    expect(await complaintAbout(`redis://localhost:${port}`)).toContain(
      'refused the connection',
    )
  })

  test('has an unknown host', async () => {
    const message = await complaintAbout('redis://:secret@nosuch.invalid')
    expect(message).toContain('REDIS_URL: nosuch.invalid:6379 cannot be reached')
  })

  test('does not accept the connection in time', () => {
    const address = { host: '::1', port: 1, tls: false }
    const how = { connected: false, timeoutMs: 5000 }
    expect(explainConnectionError(new ProbeError('silent'), address, how)).toMatchObject({
      message:
        'REDIS_URL: [::1]:1 did not accept a connection within 5 s: check host, port and network',
    })
  })

  test('needs a password', async () => {
    const { port } = await privateRedis('--requirepass', secret)
    expect(await complaintAbout(`redis://127.0.0.1:${port}`)).toBe(
      `REDIS_URL: 127.0.0.1:${port} needs a password: write redis://:PASSWORD@127.0.0.1:${port}`,
    )
  })

  test('has another password or username', async () => {
    const { port } = await privateRedis('--requirepass', secret)
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`)).toContain(
      'refuses the password: correct it',
    )
    expect(await complaintAbout(`redis://grace:secret@127.0.0.1:${port}`)).toContain(
      'refuses the username or password: correct it',
    )
  })

  test('has no password, but the URL has one', async () => {
    const { port } = await privateRedis()
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`)).toContain(
      'has no password, but the URL names one: take it out',
    )
  })

  test('has reached its maximum number of clients', async () => {
    const { port } = await privateRedis('--maxclients', '1')
    await new Promise<void>((resolve) => {
      const only = connect(port, '127.0.0.1', () => only.write('PING\r\n'))
      only.once('data', () => resolve())
      later(() => only.destroy())
    })
    expect(await complaintAbout(`redis://127.0.0.1:${port}`)).toContain(
      'has no connection left',
    )
  })
})

describe('a Redis that the steps cannot use', () => {
  test('without HELLO', async () => {
    const { port } = await privateRedis('--rename-command', 'HELLO', '')
    expect(await complaintAbout(`redis://127.0.0.1:${port}`)).toBe(
      `REDIS_URL: 127.0.0.1:${port} refuses the command HELLO, which the redis package sends ` +
        'first: allow it, connect without the proxy that hides it, or unset REDIS_URL',
    )
  })

  test.each(['5.0.14', '4.0.9', '2.8.24'])('version %s', async (version) => {
    const info = `# Server\r\nredis_version:${version}\r\n`
    const port = await listen(
      createServer((socket) =>
        socket.on('data', (bytes) =>
          socket.write(bytes.includes('INFO') ? `$${info.length}\r\n${info}\r\n` : '+PONG\r\n'),
        ),
      ),
    )
    expect(await complaintAbout(`redis://127.0.0.1:${port}`)).toBe(
      `REDIS_URL: 127.0.0.1:${port} is Redis ${version}, and the workshop needs 6.0 or newer: ` +
        'upgrade it, or unset REDIS_URL',
    )
  })

  test('with a user who may not subscribe', async () => {
    const ada = ['--user', 'ada', 'on', '>secret', '~*', 'resetchannels', '+@all']
    const { port } = await privateRedis(...ada)
    expect(await complaintAbout(`redis://ada:secret@127.0.0.1:${port}`)).toBe(
      `REDIS_URL: 127.0.0.1:${port} does not let the user ada subscribe: run ` +
        'ACL SETUSER ada allchannels +@pubsub',
    )
  })
})

describe('something that is not a Redis', () => {
  test('never answers', async () => {
    const port = await listen()
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`, 200)).toContain(
      'did not answer within 0.2 s: is it a Redis? (With TLS it is rediss://)',
    )
  })

  test('closes the connection', async () => {
    const port = await listen(createServer((socket) => socket.end()))
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`)).toContain(
      'hung up without an answer: is it a Redis?',
    )
  })

  test.each([
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
    '+HELLO\r\n',
    '$-x\r\n',
    `+${'x'.repeat(70_000)}`,
  ])('answers %j', async (answer) => {
    const port = await listen(createServer((socket) => socket.write(answer)))
    expect(await complaintAbout(`redis://127.0.0.1:${port}`)).toContain(
      'answers, but is not a Redis: check the port',
    )
  })

  test('quotes the password in its error: the message omits it', async () => {
    const quote = "-ERR unknown command 'AUTH', with args beginning with: 'secret'\r\n"
    const port = await listen(createServer((socket) => socket.write(quote)))
    expect(await complaintAbout(`redis://:secret@127.0.0.1:${port}`)).toContain(
      'answers AUTH with ERR',
    )
  })
})
