import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { aClient } from '../edits.ts'

/** What a program does wrong when Redis is down, at startup or later. */
export const outages: WrongPrograms = {
  's2-refusal-not-logged': {
    'an empty listener': aClient({
      listen: `
          let state = 'new'
          client.on('error', () => {
            if (state === 'ready') console.log('connection lost')
            if (state === 'ready') state = 'lost'
          })
          client.on('ready', () => {
            if (state === 'lost') console.log('reconnected')
            state = 'ready'
          })`,
    }),
  },
  's2-never-connected-taken-for-lost': {
    'two states only': aClient({
      listen: `
          let lost = false
          client.on('error', (error) => {
            if (!lost) console.log('connection lost')
            lost = true
          })
          client.on('ready', () => {
            if (lost) console.log('reconnected')
            lost = false
          })`,
    }),
    'lost and back': aClient({
      listen: `
          let state = ''
          client.on('error', (error) => {
            if (state === '') console.log('Redis is down:', error.message)
            if (state === 'ready') console.log('connection lost')
            state = 'lost'
          })
          client.on('ready', () => {
            if (state === 'lost') console.log('reconnected')
            state = 'ready'
          })`,
    }),
  },
  's2-loss-taken-for-failure': {
    'asks the client': replaceIn('client.ts', "state === 'ready') {", 'client.isReady) {'),
    "'end' for the loss": aClient({
      listen: `
          client.on('error', (error) => console.error(error.message))
          client.on('end', () => console.log('connection lost'))`,
    }),
    'the event of another package': aClient({
      listen: `
          let lost = false
          client.on('error', (error) => console.error(error.message))
          client.on('disconnect', () => {
            lost = true
            console.log('connection lost')
          })
          client.on('ready', () => lost && console.log('reconnected'))`,
    }),
    "the first 'ready' is missed": combine(
      replaceIn(
        'client.ts',
        "  client.on('ready', () => {",
        "  client.once('ready', () => client.on('ready', () => {",
      ),
      replaceIn('client.ts', "    lastLine = ''\n  })", "    lastLine = ''\n  }))"),
    ),
    'not ready again': replaceIn(
      'client.ts',
      "if (state === 'lost') console.log('reconnected')",
      "if (state === 'lost') return console.log('reconnected')",
    ),
  },
  's2-reported-at-every-attempt': {
    'the time in the line': replaceIn(
      'client.ts',
      'const line = `',
      'const line = `${new Date().toISOString()} ',
    ),
    'no memory': replaceIn('client.ts', 'if (line !== lastLine) ', ''),
    'remembers only that it was ready': replaceIn(
      'client.ts',
      "if (state === 'ready') {\n",
      "if (state !== 'new') {\n",
    ),
  },
  's2-open-taken-for-ready': {
    "'connect' for 'ready'": replaceIn('client.ts', "on('ready'", "on('connect'"),
  },
  's2-failed-attempt-taken-for-loss': {
    'the text of the error': aClient({
      listen: `
          let [lost, reported] = [false, '']
          client.on('error', (error) => {
            if (error.message.includes('Socket closed unexpectedly')) {
              lost = true
              return console.log('connection lost')
            }
            if (error.message !== reported) console.error(error.message)
            reported = error.message
          })
          client.on('ready', () => {
            if (lost) console.log('reconnected')
            lost = false
          })`,
    }),
  },
  's2-gives-up-at-the-start': {
    'a listener added too late': writeFile(
      'index.ts',
      `import { createClient } from 'redis'
         const url = new URL(process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL || '')
         const client = createClient({ url: url.href })
         await client.connect()
         let lost = false
         client.on('error', () => {
           if (!lost) console.log('connection lost')
           lost = true
         })
         client.on('ready', () => {
           if (lost) console.log('reconnected')
           lost = false
         })
         await client.ping()
         console.log(\`connected to \${url.hostname}:\${url.port}\`)`,
    ),
  },
  's2-ends-while-down': {
    "once('ready')": combine(
      replaceIn(
        'index.ts',
        'await client.connect()',
        "void client.connect()\n  await once(client, 'ready')",
      ),
      replaceIn(
        'index.ts',
        'import { newClient }',
        "import { once } from 'node:events'\nimport { newClient }",
      ),
    ),
    'a time limit for connect()': replaceIn(
      'index.ts',
      'await client.connect()',
      "await Promise.race([client.connect(), new Promise((_, reject) => setTimeout(reject, 1000, new Error('no Redis')))])",
    ),
    'a second of attempts': replaceIn(
      'client.ts',
      'createClient({ url })',
      "createClient({ url, socket: { reconnectStrategy: (n) => (n > 10 ? new Error('giving up') : 100) } })",
    ),
  },
  's2-gives-up-soon': {
    'four attempts': replaceIn(
      'client.ts',
      'createClient({ url })',
      "createClient({ url, socket: { reconnectStrategy: (n) => (n > 3 ? new Error('too many attempts') : 100) } })",
    ),
    'a pause of two minutes': replaceIn(
      'client.ts',
      '{ url }',
      '{ url, socket: { reconnectStrategy: () => 120_000 } }',
    ),
    'a second of attempts, and then it waits': combine(
      replaceIn(
        'client.ts',
        'createClient({ url })',
        "createClient({ url, socket: { reconnectStrategy: (n) => (n > 10 ? new Error('giving up') : 100) } })",
      ),
      replaceIn(
        'index.ts',
        '} catch (error) {',
        '} catch (error) {\n  await new Promise(() => setInterval(() => {}, 1000))',
      ),
    ),
    'two attempts': replaceIn(
      'client.ts',
      'createClient({ url })',
      "createClient({ url, socket: { reconnectStrategy: (n) => (n > 0 ? new Error('no Redis') : 50) } })",
    ),
  },
  's2-duplicate-without-error-listener': {
    'a second client': replaceIn(
      'index.ts',
      'await client.ping()',
      'await client.ping()\n  await client.duplicate().connect()',
    ),
  },
  's2-listener-once': {
    'once()': aClient({
      listen: `
          client.once('error', () => console.log('connection lost'))
          let connects = 0
          client.on('ready', () => (connects++ ? console.log('reconnected') : undefined))`,
    }),
  },
  's2-no-error-listener': {
    'only to "end"': aClient({
      listen: "client.on('end', () => console.log('connection lost'))",
    }),
  },
  's2-error-handler-throws': {
    rethrows: aClient({ listen: "client.on('error', (error) => { throw error })" }),
  },
  's2-exit-on-error': {
    'process.exit in the listener': aClient({
      listen: `
          client.on('error', (error) => {
            console.log('connection lost')
            console.error(error.message)
            process.exit(1)
          })`,
    }),
  },
  's2-reconnect-disabled': {
    'a strategy that returns false': replaceIn(
      'client.ts',
      'createClient({ url })',
      'createClient({ url, socket: { reconnectStrategy: false } })',
    ),
    'and something that keeps it alive': aClient({
      create: `
          setInterval(() => {}, 1000)
          const client = createClient({ url: url.href, socket: { reconnectStrategy: () => new Error('no') } })`,
    }),
  },
  's2-reconnected-too-early': {
    'at every ready': aClient({
      listen: `
          client.on('error', () => console.log('connection lost'))
          client.on('ready', () => console.log('reconnected'))`,
    }),
  },
  's2-logs-it-once': {
    'a new client in place of the first': aClient({
      create: `
          let client = createClient({ url: url.href, socket: { reconnectStrategy: false } })`,
      listen: `
          client.on('error', async () => {
            console.log('connection lost')
            client = createClient({ url: url.href })
            client.on('error', () => {})
            await client.connect()
            console.log('reconnected')
          })`,
    }),
    'lost once': aClient({
      listen: `
          let lost = false
          client.on('error', () => {
            if (!lost) console.log('connection lost')
            lost = true
          })
          client.on('ready', () => lost && console.log('reconnected'))`,
    }),
  },
}
