import { type WrongPrograms, replaceIn } from '../../../workshop/check/suite.ts'
import { aClient } from '../edits.ts'

/** Wrong ways to connect, and to report it. */
export const connecting: WrongPrograms = {
  's2-never-connect': {
    'PING without connect': replaceIn('index.ts', '  await client.connect()\n', ''),
    'connect without ()': replaceIn('index.ts', 'client.connect()', 'client.connect'),
    'PING first': aClient({
      start: `
          await client.ping()
          await client.connect()
          console.log(\`connected to \${host}:\${port}\`)`,
    }),
    'only the line': aClient({ start: 'console.log(`connected to ${host}:${port}`)' }),
  },
  's2-close-while-connecting': {
    'closes at once': aClient({
      start: `
          client.connect()
          await client.ping()
          await client.close()
          console.log(\`connected to \${host}:\${port}\`)`,
    }),
  },
  's2-another-client': {
    'one to connect, one for PING': aClient({
      read: `
        const text = process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL
        const url = new URL(text ?? '')
        const { hostname: host, port } = url
        const newClient = () => createClient({ url: url.href }).on('error', () => {})`,
      create: '',
      listen: '',
      start: `
        await newClient().connect()
        await newClient().ping()
        console.log(\`connected to \${host}:\${port}\`)`,
    }),
  },
  's2-connect-twice': {
    'twice at the start': aClient({
      start: `
          client.connect()
          await client.connect()
          await client.ping()
          console.log(\`connected to \${host}:\${port}\`)`,
    }),
    'in the error listener': aClient({
      listen: `
          let lost = false
          client.on('ready', () => lost && console.log('reconnected'))
          client.on('error', () => {
            lost = true
            console.log('connection lost')
            client.connect()
          })`,
    }),
  },
  's2-no-ping': { 'connects only': replaceIn('index.ts', '  await client.ping()\n', '') },
  's2-line-differs': {
    'less words': replaceIn('index.ts', 'connected to ${host}:${port}', 'connected'),
  },
  's2-ends-after-ping': {
    'closes its client': aClient({
      start: `
          await client.connect()
          await client.ping()
          await client.close()
          console.log(\`connected to \${host}:\${port}\`)`,
    }),
  },
  's2-connected-logged-too-early': {
    'does not wait for connect()': aClient({
      start: `
          client.connect()
          console.log(\`connected to \${host}:\${port}\`)
          await client.ping()`,
    }),
    'prints in the argument of then()': replaceIn(
      'index.ts',
      'await client.ping()\n  console.log(`connected to ${host}:${port}`)',
      'await client.ping().then(console.log(`connected to ${host}:${port}`) as never)',
    ),
    'takes reconnecting for reconnected': aClient({
      listen: `
          client.on('reconnecting', () => console.log('reconnected'))
          client.on('error', () => console.log('connection lost'))`,
    }),
  },
}
