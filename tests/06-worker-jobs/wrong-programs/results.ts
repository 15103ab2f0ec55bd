import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

const userOfSocket = 'const user = await userOf(socket)'

const joins = "void socket.join(roomOf(socket.request.session.user ?? ''))"
const options = `, {
    condition: 'NX',
    expiration: { type: 'EX', value: 3600 },
  })`

/** The result goes to too many devices, to too few, or nowhere. */
export const results: WrongPrograms = {
  's6-not-every-device': {
    'the last socket of a user': combine(
      replaceIn('sockets.ts', joins, 'last.set(socket.request.session.user, socket)'),
      replaceIn(
        'sockets.ts',
        "const devices = io.to(roomOf(user ?? ''))",
        'const devices = last.get(user) ?? io.to(user)',
      ),
      replaceIn('sockets.ts', 'type Answer =', 'const last = new Map()\ntype Answer ='),
    ),
    'joined with the first job': combine(
      replaceIn('sockets.ts', joins, ''),
      replaceIn(
        'sockets.ts',
        "socket.on('job', async (request: unknown, reply: unknown) => {\n",
        `socket.on('job', async (request: unknown, reply: unknown) => {\n${joins}\n`,
      ),
    ),
    'the one that asked': combine(
      replaceIn('sockets.ts', userOfSocket, `${userOfSocket}\n  last.set(user, socket)`),
      replaceIn(
        'sockets.ts',
        "const devices = io.to(roomOf(user ?? ''))",
        'const devices = last.get(user) ?? io.to(user)',
      ),
      replaceIn('sockets.ts', 'type Answer =', 'const last = new Map()\ntype Answer ='),
    ),
  },
  's6-progress-to-all': {
    'emits to all': replaceIn('sockets.ts', "devices.emit('progress'", "io.emit('progress'"),
  },
  's6-result-to-all': {
    'emits to all': replaceIn('sockets.ts', "devices.emit('done'", "io.emit('done'"),
  },
  's6-other-event': {
    result: replaceIn('sockets.ts', "devices.emit('done'", "devices.emit('result'"),
  },
  's6-other-done-fields': {
    'the result alone': replaceIn('sockets.ts', "'done', { name, result }", "'done', result"),
  },
  's6-result-not-handed-on': {
    'a room that no socket joined': replaceIn(
      'sockets.ts',
      "socket.join(roomOf(socket.request.session.user ?? ''))",
      "socket.join(socket.request.session.user ?? '')",
    ),
    'a handler for three arguments': replaceIn(
      'web.ts',
      '(message, channel) => {',
      '(_pattern: string, channel: string, message?: string) => {',
    ),
  },
  's6-other-result-fields': {
    'without the field': replaceIn(
      'worker.ts',
      'JSON.stringify({ result })',
      'JSON.stringify(result)',
    ),
    'in quotes': replaceIn(
      'worker.ts',
      'JSON.stringify({ result })',
      'JSON.stringify(JSON.stringify({ result }))',
    ),
  },
  's6-other-job-fields': {
    'a job without an id': replaceIn('sockets.ts', '{ id: randomUUID(), input }', '{ input }'),
    'in quotes': replaceIn(
      'sockets.ts',
      'JSON.stringify({ id: randomUUID(), input })',
      'JSON.stringify(JSON.stringify({ id: randomUUID(), input }))',
    ),
    'a number as the id': replaceIn('sockets.ts', 'id: randomUUID()', 'id: Date.now()'),
    'the input as a text': replaceIn(
      'sockets.ts',
      'randomUUID(), input',
      'randomUUID(), input: String(input)',
    ),
  },
  's6-claim-without-id': {
    'the user and the name': replaceIn(
      'worker.ts',
      'claim(client, job.id)',
      'claim(client, `${user}:${name}`)',
    ),
  },
  's6-no-result': {
    'swapped parameters, without a warning': combine(
      replaceIn('worker.ts', "'JOB:*', (message, channel)", "'JOB:*', (channel, message)"),
      replaceIn(
        'worker.ts',
        'return console.warn(`ignored, not a job: ${channel.slice(0, 80)}`)',
        'return',
      ),
    ),
    'a field that readChannel() does not return': replaceIn(
      'worker.ts',
      "const { user, name = '' } = readChannel(channel) ?? {}",
      "const { userId: user, name = '' } = (readChannel(channel) ?? {}) as any",
    ),
    'its own claim is not recognized': replaceIn(
      'worker.ts',
      "reply === 'OK'",
      "(reply as string) === 'ok'",
    ),
    'takes the 1 of SETNX for another value': combine(
      replaceIn('worker.ts', "reply === 'OK'", '(reply as unknown) === true'),
      replaceIn('worker.ts', options, ')'),
      replaceIn('worker.ts', 'client.set(`job:', 'client.setNX(`job:'),
    ),
    'keeps it for itself': replaceIn(
      'worker.ts',
      "await client.publish(channelOf('DONE', user, name), JSON.stringify({ result }))",
      'console.log(result.count)',
    ),
  },
  's6-job-id-repeated': {
    'a counter in each web instance': combine(
      replaceIn('sockets.ts', 'id: randomUUID()', 'id: `${user}-${++jobs}`'),
      replaceIn('sockets.ts', 'type Answer =', 'let jobs = 0\ntype Answer ='),
    ),
    'one for each socket': replaceIn('sockets.ts', 'id: randomUUID()', 'id: socket.id'),
  },
  's6-progress-as-done': {
    'one event for both': replaceIn(
      'sockets.ts',
      "devices.emit('progress', { name, done })",
      "devices.emit('done', { name, done })",
    ),
    'done without a result': replaceIn(
      'sockets.ts',
      "if (kind === 'DONE' && result !== undefined) devices",
      "if (kind === 'PROGRESS' || result !== undefined) devices",
    ),
  },
  's6-done-again': {
    'until it is acknowledged': combine(
      replaceIn(
        'sockets.ts',
        "devices.emit('done', { name, result })",
        "emitUntilAcknowledged(() => io.to(roomOf(user ?? '')), { name, result }, 3)",
      ),
      replaceIn(
        'sockets.ts',
        '/** Forwards a worker',
        `function emitUntilAcknowledged(devices: any, data: object, attempts: number): void {
  devices().timeout(400).emit('done', data, (error: unknown) => {
    if (error && attempts > 1) emitUntilAcknowledged(devices, data, attempts - 1)
  })
}

/** Forwards a worker`,
      ),
    ),
  },
  's6-other-result-channel': {
    RESULT: combine(
      replaceIn(
        'channels.ts',
        "'JOB' | 'PROGRESS' | 'DONE'",
        "'JOB' | 'PROGRESS' | 'DONE' | 'RESULT'",
      ),
      replaceIn('worker.ts', "channelOf('DONE',", "channelOf('RESULT',"),
    ),
    'the arguments swapped': replaceIn(
      'worker.ts',
      "client.publish(channelOf('DONE', user, name), JSON.stringify({ result }))",
      "client.publish(JSON.stringify({ result }), channelOf('DONE', user, name))",
    ),
    'the channel of the progress': replaceIn(
      'worker.ts',
      "client.publish(channelOf('DONE', user, name), JSON",
      'client.publish(progress, JSON',
    ),
    'the name before the user': replaceIn(
      'worker.ts',
      "channelOf('DONE', user, name)",
      "channelOf('DONE', name, user)",
    ),
  },
  's6-result-not-awaited': {
    'a promise': replaceIn(
      'worker.ts',
      'const result = await countInThread',
      'const result = countInThread',
    ),
  },
}
