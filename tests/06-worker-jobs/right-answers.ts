import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { ownStyles } from './right-answers/own-styles.ts'

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  ...ownStyles,

  'names in base64, results as text, counted in small pieces, no claim, no progress': combine(
    replaceIn(
      'channels.ts',
      "return encodeURIComponent(text).replaceAll('*', '%2A')",
      "return text === 'primes' ? text : Buffer.from(text).toString('base64url')",
    ),
    replaceIn(
      'channels.ts',
      'return decodeURIComponent(text)',
      "return text === 'primes' ? text : Buffer.from(text, 'base64url').toString()",
    ),
    replaceIn(
      'sockets.ts',
      'const { done, result } = fieldsOfJson(message)',
      'const result = message',
    ),
    replaceIn(
      'sockets.ts',
      "else if (kind === 'PROGRESS' && typeof done === 'number')\n    devices.emit('progress', { name, done })\n",
      '',
    ),
    writeFile(
      'worker.ts',
      `import { setImmediate as pause } from 'node:timers/promises'
import { createClient } from 'redis'
const url = process.env.REDIS_URL
const [subscriber, publisher] = [createClient({ url }), createClient({ url })]
for (const each of [subscriber, publisher]) await each.on('error', () => {}).connect()
process.once('SIGTERM', () => process.exit(0))
await subscriber.pSubscribe('JOB:*:primes', async (text, channel) => {
  try {
    const { input } = JSON.parse(text)
    if (!(input > 1)) return
    let count = 0
    for (let n = 2; n <= input; n++) {
      let divisor = 2
      while (divisor * divisor <= n && n % divisor) divisor++
      if (divisor * divisor > n) count++
      if (n % 1000 === 0) await pause()
    }
    await publisher.publish(channel.replace('JOB', 'DONE'), count + ' primes')
  } catch {}
})`,
    ),
  ),

  'a subscription for each user who is here, names as they are, errors as an event': combine(
    replaceIn(
      'channels.ts',
      "return encodeURIComponent(text).replaceAll('*', '%2A')",
      'return text',
    ),
    replaceIn(
      'channels.ts',
      'if (!user || !name || more.length > 0) return undefined',
      `const [, whole = '', last = ''] = /^[A-Z]+:(.+):(\\w+)$/s.exec(channel) ?? []
  return whole ? { kind, user: whole, name: last } : undefined`,
    ),
    replaceIn(
      'web.ts',
      "client2.pSubscribe(['DONE:*', 'PROGRESS:*'], (",
      'Promise.all([]); const onNews = ((',
    ),
    replaceIn(
      'web.ts',
      'await listen(server)',
      `io.use((socket, next) => {
      const { user } = socket.request.session
      const names = ['DONE:' + user + ':primes', 'PROGRESS:' + user + ':primes']
      if (here.has(user)) return next()
      here.add(user)
      client2.subscribe(names, onNews).then(() => next(), next)
    })
    await listen(server)`,
    ),
    replaceIn(
      'web.ts',
      'const started = start()',
      'const here = new Set()\n  const started = start()',
    ),
    replaceIn(
      'sockets.ts',
      "if (typeof reply === 'function') reply(answer)",
      "if ('error' in answer) socket.emit('failed', answer.error)",
    ),
  ),

  'one job after the other, news of every step, more fields': combine(
    replaceIn('worker-thread.ts', 'const MAX_THREADS = 4', 'const MAX_THREADS = 1'),
    replaceIn(
      'worker.ts',
      'const progress = channelOf(',
      "await client.publish(channelOf('PROGRESS', user, name), '{\"done\":0}')\n  const progress = channelOf(",
    ),
    replaceIn(
      'worker.ts',
      'JSON.stringify({ result })',
      "JSON.stringify({ at: new Date(), result, by: 'me' })",
    ),
    replaceIn(
      'sockets.ts',
      "devices.emit('done', { name, result })",
      "devices.emit('done', { name, result, user }, 'more')",
    ),
    replaceIn(
      'sockets.ts',
      "socket.on('job',",
      "socket.emit('welcome', new Date())\n    socket.on('job',",
    ),
  ),

  'one pattern for each kind of job, sockets in a map, jobs kept in a list as well': combine(
    replaceIn(
      'worker.ts',
      "pSubscribe('JOB:*'",
      "pSubscribe(['JOB:*:primes', 'JOB:*:fractals']",
    ),
    replaceIn(
      'sockets.ts',
      'const receivers =',
      "await client.lPush('jobs', job)\n  const receivers =",
    ),
    replaceIn(
      'sockets.ts',
      "void socket.join(roomOf(socket.request.session.user ?? ''))",
      'here.set(socket, socket.request.session.user)',
    ),
    replaceIn(
      'sockets.ts',
      "const devices = io.to(roomOf(user ?? ''))",
      `const devices = {
    emit: (event, news) => {
      for (const [socket, owner] of here) if (owner === user) socket.emit(event, news)
    },
  }`,
    ),
    replaceIn('sockets.ts', 'type Answer =', 'const here = new Map()\ntype Answer ='),
  ),
}
