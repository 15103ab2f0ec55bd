import {
  type Edit,
  type RightAnswers,
  combine,
  replaceIn,
  writeFile,
} from '../../workshop/check/suite.ts'

// An instance of one file: two connections, and messages that are looked at before they are
// accepted. What differs is how it leaves.
function instance(leaving: string, before = ''): Edit {
  return writeFile(
    'index.ts',
    `import { createClient } from 'redis'
${before}
const make = () => createClient({ url: process.env.REDIS_URL }).on('error', () => {})
const [client, client2] = [make(), make()]
const send = (event) =>
  client.publish('instances', JSON.stringify({ instance: process.env.DYNO, event }))
const limit = () => setTimeout(() => process.exit(0), 1500).unref()
function onMessage(message) {
  try {
    const { instance, event } = JSON.parse(message)
    if (!instance || !event) throw new Error('no announcement')
    if (event !== 'started' && event !== 'stopped') return console.log('unknown event', event)
    console.log(instance + ' ' + event)
  } catch (error) {
    console.warn('ignored', message, error.message)
  }
}
await Promise.all([client.connect(), client2.connect()])
await client2.subscribe('instances', onMessage)
await send('started')
${leaving}`,
  )
}

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  'a flag, after the announcement; the loop drains': instance(`
let stopping = false
process.on('SIGTERM', async () => {
  if (stopping) return
  stopping = true
  limit()
  await send('stopped')
  await client2.unsubscribe()
  await client2.close()
  await client.close()
})`),

  'prints nothing for its own start': replaceIn(
    'index.ts',
    'if (announcement) console.log',
    "if (announcement?.instance === process.env.DYNO && announcement?.event === 'started') return\n  if (announcement) console.log",
  ),

  'several signals, a limit on time, a second signal ends it at once': instance(`
let leaving = false
async function leave(signal) {
  if (leaving) process.exit(1)
  leaving = true
  console.error('got', signal)
  setTimeout(() => process.exit(0), 1500).unref()
  try {
    await send('stopped')
    await Promise.all([client.close(), client2.close()])
  } finally {
    process.exit(0)
  }
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.addListener(signal, leave)`),

  'sends itself the signal again, after the message': instance(`
let stopping = false
process.on('SIGTERM', async (signal) => {
  if (stopping) return
  stopping = true
  limit()
  await send('stopped')
  client.destroy()
  client2.destroy()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})`),

  'an AbortController, exitCode, and quit()': instance(
    `
await once(stop.signal, 'abort')
limit()
process.exitCode = 0
await send('stopped').catch(console.error)
await Promise.allSettled([client.quit(), client2.quit()])`,
    `import { once } from 'node:events'
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())`,
  ),

  'the listener goes first, promises in a chain, a timer that does not count': instance(`
setInterval(() => {}, 1000).unref()
let stopping
process.on('SIGTERM', () => {
  limit()
  stopping ??= client2
    .close()
    .then(() => send('stopped'))
    .then(() => client.close())
    .catch(() => {})
    .then(() => process.exit())
})`),

  'publish() is not awaited, but close() is': instance(`
process.on('SIGTERM', () => {
  if (!client.isOpen) return
  limit()
  void send('stopped')
  void client.close()
  void client2.close()
})`),

  'a class in a file of its own, logs in JSON': combine(
    writeFile(
      'instance.ts',
      `import { createClient } from 'redis'
const log = (level, msg, more = {}) =>
  process.stdout.write(JSON.stringify({ level, time: Date.now(), ...more, msg }) + '\\n')
export class Instance {
  #name = process.env.DYNO ?? 'web.1'
  #clients = [0, 1].map(() => createClient({ url: process.env.REDIS_URL, RESP: 2 }))
  #stopping = false
  constructor() {
    for (const client of this.#clients) client.on('error', (e) => log('error', e.message))
    process.on('SIGTERM', () => this.stop())
  }
  async start() {
    const [out, listener] = await Promise.all(this.#clients.map((client) => client.connect()))
    await listener.subscribe('instances', (text) => this.onMessage(text), false)
    await out.publish('instances', this.#message('started'))
  }
  onMessage(text) {
    let news
    try {
      news = JSON.parse(text)
    } catch {}
    if (!news?.instance || !['started', 'stopped'].includes(news.event)) return log('warn', 'not an announcement', { text })
    log('info', news.instance + ' ' + news.event)
  }
  async stop() {
    if (this.#stopping) return
    this.#stopping = true
    setTimeout(() => process.exit(), 900).unref()
    log('info', 'stopping', { instance: this.#name })
    const [out, listener] = this.#clients
    await out.publish('instances', this.#message('stopped')).catch(() => {}) // Redis is down
    await Promise.allSettled([out.close(), listener.close()])
    log('info', 'bye')
  }
  #message(event) {
    return JSON.stringify({ v: 1, event, instance: this.#name, at: Date.now() })
  }
}`,
    ),
    writeFile(
      'index.ts',
      "import { Instance } from './instance.ts'\nvoid new Instance().start()",
    ),
  ),

  'CommonJS, a registry that survives malformed messages, more log lines': writeFile(
    'index.ts',
    `const { createClient } = require('redis')
const name = process.env.DYNO
const pub = createClient({ url: process.env.REDIS_URL })
const sub = pub.duplicate()
for (const client of [pub, sub]) client.on('error', (error) => console.error(error.message))
const known = new Map()
const events = { started: 'add', stopped: 'delete' }
function onMessage(text) {
  let news = null
  try { news = JSON.parse(text) } catch (error) { return console.log('not JSON:', error.message) }
  if (typeof news !== 'object' || news === null || !(news.event in events) || typeof news.instance !== 'string')
    return console.log('what is', text)
  if (news.event === 'started') known.set(news.instance, new Date())
  else known.delete(news.instance)
  console.log(news.instance, news.event)
}
async function main() {
  console.log('hello from', process.pid)
  let over
  process.prependListener('SIGTERM', () => {
    over ??= (async () => {
      setTimeout(() => process.exit(0), 1200)
      await pub.publish('log', name + ' is leaving').catch(() => {}) // Redis is down
      await pub.multi().publish('instances', JSON.stringify({ event: 'stopped', instance: name })).exec().catch(() => {})
      await sub.unsubscribe('instances')
      sub.destroy()
      await pub.close()
      process.exit(0)
    })()
  })
  pub.connect()
  sub.connect()
  await sub.subscribe('instances', onMessage)
  await pub.publish('instances', JSON.stringify({ event: 'started', instance: name }))
}
main()`,
  ),

  'the message first, then a pause for other instances': replaceIn(
    'index.ts',
    'await client.close()',
    'await new Promise((resolve) => setTimeout(resolve, 300))\n    await client.close()',
  ),

  'a debug line that holds the line of the goal': replaceIn(
    'index.ts',
    'if (announcement) console.log',
    'if (announcement) console.log(`[debug] received: ${announcement.instance} ${announcement.event}`)\n  if (announcement) console.log',
  ),

  'an iterator over signals, a race with a timer': instance(
    `
const work = async () => {
  await send('stopped')
  await Promise.allSettled([client.close(), client2.close()])
}
for await (const [signal] of on(process, 'SIGTERM')) {
  if (started) continue
  started = true
  console.error(signal)
  void Promise.race([work(), sleep(1200)]).finally(() => process.exit())
}`,
    `import { on } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
let started = false`,
  ),

  'a main function that runs only when the file is started, publish() that fails at once':
    writeFile(
      'index.ts',
      `import { pathToFileURL } from 'node:url'
import { createClient } from 'redis'
const EVENTS = new Set(['started', 'stopped'])
export function read(text) {
  try {
    const { instance = '', event } = JSON.parse(text) ?? {}
    return instance && EVENTS.has(event) ? \`\${instance} \${event}\` : null
  } catch {
    return null
  }
}
async function main(instance = process.env.DYNO) {
  const pub = createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true })
  const sub = createClient({ url: process.env.REDIS_URL })
  for (const each of [pub, sub]) each.on('error', () => {})
  const send = (event) => pub.publish('instances', JSON.stringify({ instance, event }))
  let stopping = null
  const stop = async () => {
    setTimeout(process.exit, 1500, 0).unref()
    await send('stopped').catch(({ message }) => console.error('not published:', message))
    sub.destroy()
    pub.destroy()
  }
  process.on('SIGTERM', () => (stopping ??= stop()))
  await pub.connect()
  await sub.connect()
  await sub.subscribe('instances', (text) => {
    const line = read(text)
    if (line) console.info(line)
    else console.error('malformed: %o', text)
  })
  await send('started')
}
if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()`,
    ),

  'publishes before it closes anything, a signal of a controller, a switch': instance(
    `
process.on('SIGTERM', () => shutdown.abort())
shutdown.signal.addEventListener('abort', async () => {
  limit()
  switch (await send('stopped').catch(() => 0)) {
    case 0:
      console.warn('no subscriber')
      break
    default:
      console.log('bye')
  }
  client.destroy()
  client2.destroy()
})`,
    'const shutdown = new AbortController()',
  ),

  'a stack of cleanups, run from the end, and warnings on stdout': instance(`
const cleanups = [() => client.close(), () => client2.close(), () => send('stopped')]
let running
process.on('SIGTERM', () => {
  running ??= (async () => {
    limit()
    for (const cleanup of cleanups.toReversed()) await cleanup()
    process.exitCode = 0
  })().catch(console.error)
})`),
}
