import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { inCatchUp, inHistory, inScript, missing, separately } from '../edits.ts'

const remembers = '    socket.data.caughtUp = new Set(messages.map(({ id }) => id))\n'
const starts = '  void catchUp(socket)\n'

/** Devices that come back and do not get what they missed. */
export const catchingUp: WrongPrograms = {
  's10-no-message-id': {
    'left out of what is published': inScript('message.id = id\n', ''),
  },
  's10-nothing-caught-up': {
    'sent with deliver(), by which it only waits': inCatchUp(
      "socket.emit('message', { event: 'messageSent', args })",
      "deliver(socket, { event: 'messageSent', args })",
    ),
    'never begun': replaceIn('connection.ts', starts, '  void catchUp\n'),
    'another name for lastId': replaceIn(
      'auth.ts',
      'const { token, lastId } = socket.handshake.auth',
      'const { token, serverOffset: lastId } = socket.handshake.auth',
    ),
  },
  's10-newest-cut-off': {
    'XREAD with COUNT': inHistory(
      'client.xRead(streams)',
      'client.xRead(streams, { COUNT: KEPT })',
    ),
    'the first of what was read': inHistory('messages.slice(-KEPT)', 'messages.slice(0, KEPT)'),
  },
  's10-part-of-missed': {
    'all but notes to oneself': inHistory(
      'const streams = contactsOf(user).map(',
      'const streams = contactsOf(user).filter((other) => other !== user).map(',
    ),
    'one conversation': inHistory(
      'const streams = contactsOf(user).map(',
      "const streams = contactsOf(user).filter((other) => other !== 'linus').map(",
    ),
  },
  's10-not-back-after-outage': {
    'socket.disconnect()': inCatchUp('socket.conn.close()', 'socket.disconnect()'),
    'the error is caught, and that is all': inCatchUp(
      'socket.conn.close()',
      'void socket.conn',
    ),
    'what was missed is sent as another event': inCatchUp(
      "for (const args of messages) socket.emit('message', ",
      "for (const args of messages) socket.emit('messages', ",
    ),
  },
  'closes-connections': {
    'another form of streams, in a cast, printed nowhere': combine(
      replaceIn(
        'history.ts',
        'client.xRead(streams)',
        'client.xRead(streams.map(({ id }) => ({ id })) as unknown as typeof streams)',
      ),
      inCatchUp('    console.error(`not read: ${describeError(error)}`)\n', ''),
    ),
  },
  's10-not-delivered': {
    'the other way round': inCatchUp('!caughtUp?.has(', 'caughtUp?.has('),
  },
  's10-other-form': {
    'send() instead of emit()': inCatchUp(
      "socket.emit('message', envelope)",
      "socket.send('message', envelope)",
    ),
  },
  's10-history-dropped': {
    'forEach() returns nothing': replaceIn(
      'history.ts',
      '.toReversed().map(toMessage)',
      '.toReversed().forEach(toMessage) as unknown as Message[]',
    ),
    'a function in braces': replaceIn(
      'history.ts',
      '.toReversed().map(toMessage)',
      '.toReversed().flatMap((entry) => {\n    void toMessage(entry)\n    return [] as Message[]\n  })',
    ),
  },
  throws: {
    'no error of a read is caught': inCatchUp(
      '  } catch (error) {\n    console.error(`not read: ${describeError(error)}`)\n    socket.conn.close()',
      '  } finally {\n    void socket.conn',
    ),
  },
  's10-live-lost': {
    'what waits is dropped': inCatchUp('waiting.push(envelope)', 'return'),
    'in the state when all is sent': combine(
      replaceIn('connection.ts', starts, ''),
      replaceIn(
        'connection.ts',
        '  socketsState.add(socket.data.user, socket)\n',
        '  void catchUp(socket).then(() => socketsState.add(socket.data.user, socket))\n',
      ),
    ),
  },
  's10-first-connection-waits': {
    'nothing is sent before a catch-up': inCatchUp(
      'else if (!caughtUp?.has(fieldsOf(envelope.args).id)) socket',
      'else if (caughtUp && !caughtUp.has(fieldsOf(envelope.args).id)) socket',
    ),
    'live messages wait before it is asked for lastId': combine(
      inCatchUp(
        '  // Before the first await: from now on live messages wait.\n  const waiting: Envelope[] = (socket.data.waiting = [])\n',
        '',
      ),
      inCatchUp(
        '  const { user, lastId } = socket.data\n',
        '  const waiting: Envelope[] = (socket.data.waiting = [])\n  const { user, lastId } = socket.data\n',
      ),
    ),
  },
  's10-waits-forever': {
    'nothing is sent after a catch-up': inCatchUp(
      'else if (!caughtUp?.has(fieldsOf(envelope.args).id)) socket',
      'else if (!caughtUp) socket',
    ),
    'a variable is set, and not the field': inCatchUp(
      '    socket.data.waiting = undefined\n    for (const envelope of waiting) deliver(socket, envelope)\n',
      "    for (const envelope of waiting) socket.emit('message', envelope)\n",
    ),
  },
  's10-nothing-after-read': {
    'waits for what it holds itself': combine(
      inCatchUp(
        'export function deliver(socket: UserSocket, envelope: Envelope): void {\n',
        'export async function deliver(socket: UserSocket, envelope: Envelope): Promise<void> {\n  await locks.get(socket)\n',
      ),
      inCatchUp(
        '/** Sends a live event',
        'const locks = new WeakMap<UserSocket, Promise<void>>()\n\n/** Sends a live event',
      ),
      inCatchUp(
        "for (const args of messages) socket.emit('message', { event: 'messageSent', args })",
        "for (const args of messages) await deliver(socket, { event: 'messageSent', args })",
      ),
      inCatchUp(
        '  // Before the first await',
        '  locks.set(socket, new Promise(() => {}))\n  // Before the first await',
      ),
    ),
  },
  's10-catch-up-never-ends': {
    'waiting while what waited is delivered': combine(
      inCatchUp('    socket.data.waiting = undefined\n', ''),
      inCatchUp(
        'deliver(socket, envelope)\n    socket',
        'deliver(socket, envelope)\n    socket.data.waiting = undefined\n    socket',
      ),
    ),
  },
  's10-delivered-twice': {
    'nothing is remembered': inCatchUp(remembers, ''),
    'remembered when what waited is delivered': combine(
      inCatchUp(remembers, ''),
      inCatchUp(
        'deliver(socket, envelope)\n    socket',
        `deliver(socket, envelope)\n${remembers}    socket`,
      ),
    ),
    'sent at once, and again from the history': combine(
      inCatchUp('if (waiting) waiting.push', 'if (waiting && !envelope) waiting.push'),
    ),
    'remembered until what waits is sent': combine(
      separately(`  const first = await client.set(sent, '1', {
    condition: 'NX',
    expiration: { type: 'EX', value: 3600 },
  })
  if (first) publish(await add())`),
      inCatchUp(
        "    socket.emit('message', { event: 'caughtUp'",
        "    socket.data.caughtUp = undefined\n    socket.emit('message', { event: 'caughtUp'",
      ),
    ),
  },
  's10-last-again': {
    'XRANGE from lastId on': missing(`  const found = await Promise.all(
    streams.map(async ({ key, id }) => (await client.xRange(key, id, '+')) ?? []),
  )
  const messages = found.flatMap((all) => all.slice(-KEPT).map(toMessage))`),
  },
  's10-older-again': {
    'lastId is not read': inHistory('id: lastId }', "id: lastId && '0' }"),
  },
  's10-waiting-again': {
    'one list for all devices': combine(
      inCatchUp(
        'const waiting: Envelope[] = (socket.data.waiting = [])',
        'const waiting = (socket.data.waiting = all)',
      ),
      inCatchUp(
        '/** Sends a live event',
        'const all: Envelope[] = []\n\n/** Sends a live event',
      ),
    ),
  },
  's10-live-overtakes': {
    'sent at once, and left out of the history': combine(
      inCatchUp(
        'if (waiting) waiting.push(envelope)\n  else if (!caughtUp?.has(fieldsOf(envelope.args).id)) socket',
        'if (waiting) waiting.push(envelope)\n  if (!caughtUp?.has(fieldsOf(envelope.args).id)) socket',
      ),
      inCatchUp(
        'for (const args of messages) socket',
        'const live = new Set(waiting.map(({ args }) => fieldsOf(args).id))\n    for (const args of messages) if (!live.has(args.id)) socket',
      ),
      inCatchUp('    for (const envelope of waiting) deliver(socket, envelope)\n', ''),
    ),
  },
  's10-not-in-order-of-ids': {
    'one conversation after the other': inHistory(
      'messages.toSorted((a, b) => inOrder(a.id, b.id))',
      'inOrder ? messages : []',
    ),
  },
  's10-ids-as-text': {
    'compared with <': combine(
      inHistory("  const inOrder = new Intl.Collator('en', { numeric: true }).compare\n", ''),
      inHistory('inOrder(a.id, b.id)', 'a.id < b.id ? -1 : 1'),
    ),
    'localeCompare() without numeric': inHistory('{ numeric: true }', '{}'),
  },
  's10-ids-by-milliseconds': {
    'parseInt()': combine(
      inHistory("  const inOrder = new Intl.Collator('en', { numeric: true }).compare\n", ''),
      inHistory('inOrder(a.id, b.id)', 'parseInt(a.id) - parseInt(b.id)'),
    ),
  },
  's10-no-caught-up': {
    'null is not expected': inHistory(
      '(await client.xRead(streams)) ?? []',
      '(await client.xRead(streams))!',
    ),
    'caughtUp only after messages': inCatchUp(
      "socket.emit('message', { event: 'caughtUp', args: { gap } })",
      "if (messages.length > 0) socket.emit('message', { event: 'caughtUp', args: { gap } })",
    ),
    'left out': inCatchUp(
      "    socket.emit('message', { event: 'caughtUp', args: { gap } })\n",
      '    void gap\n',
    ),
  },
  's10-gap-never': {
    'counted when they are cut off': combine(
      inHistory(
        'const found = (await client.xRead(streams)) ?? []\n',
        'const found = ((await client.xRead(streams)) ?? []).map((stream) => ({ messages: stream.messages.slice(-KEPT) }))\n',
      ),
    ),
    'always false': inHistory(
      'gap: found.some((stream) => stream.messages.length > KEPT)',
      'gap: false',
    ),
  },
  's10-conversations-together': {
    'the last 50 of all': combine(
      inHistory('stream.messages.slice(-KEPT).map(', 'stream.messages.map('),
      inHistory('b.id)),\n    gap', 'b.id)).slice(-KEPT),\n    gap'),
      inHistory(
        'found.some((stream) => stream.messages.length > KEPT)',
        'messages.length > KEPT',
      ),
    ),
    'all are counted': inHistory(
      'found.some((stream) => stream.messages.length > KEPT)',
      'messages.length > KEPT',
    ),
    'the last 50 of all are sent': inHistory(
      'b.id)),\n    gap',
      'b.id)).slice(-KEPT),\n    gap',
    ),
  },
  's10-read-waits': {
    'without end': inHistory('client.xRead(streams)', 'client.xRead(streams, { BLOCK: 0 })'),
  },
  's10-gap-of-kept': {
    'as many as are kept': inHistory('length > KEPT', 'length >= KEPT'),
  },
  's10-caught-up-fields': {
    'gap without a name': inCatchUp('args: { gap }', 'args: gap'),
  },
  's10-gap-always': {
    'whenever something was missed': inHistory(
      'gap: found.some((stream) => stream.messages.length > KEPT)',
      'gap: found.length > 0',
    ),
  },
}
