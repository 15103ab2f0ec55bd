import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { inHandlers, inHistory, inScript, reading, separately, storing } from '../edits.ts'

const waits = '      await store({'
const answers = "      return { error: 'not stored, send it again' }"

/** Messages that are stored or published in a wrong way. */
export const storingMessages: WrongPrograms = {
  's10-never-stored': {
    'as in step 9': storing('  publish(Date.now() + clientId)'),
  },
  's10-publish-before-store': {
    'for a faster delivery': separately(`  publish(Date.now() + '-0')
  await add()`),
    'the command is not awaited': separately(`  const id = Date.now() + '-0'
  const added = add()
  publish(id)
  await added`),
  },
  's10-early-ack': {
    'not awaited': inHandlers(waits, '      void store({'),
    'then() without return': inHandlers(waits, '      store({'),
  },
  's10-published-again': {
    'by the script, and by dispatch()': combine(
      inHistory('  await client.eval(', '  const id = await client.eval('),
      inHistory(
        '...new Set([from, to])],\n  })\n',
        `...new Set([from, to])],
  })
  for (const user of new Set([from, to])) {
    dispatch({ event: 'messageSent', id: user, args: { ...message, id } })
  }
`,
      ),
      inHistory(
        'import { contactsOf }',
        "import { dispatch } from './dispatch.ts'\nimport { contactsOf }",
      ),
    ),
    'for the receiver once more': separately(`  const id = await add()
  publish(id)
  dispatch({ event: 'messageSent', id: to, args: { ...message, id } })`),
  },
  's10-note-twice': {
    'both users, equal or not': inHistory('...new Set([from, to])', 'from, to'),
  },
  's10-stored-by-receivers': {
    'each that delivers it': combine(
      separately('  publish(await add())'),
      inHistory(
        '/** The last messages of a conversation',
        `export const keep = ({ from, to, text }) =>
  client.xAdd(conversation(from, to), '*', { json: JSON.stringify({ from, to, text }) })

/** The last messages of a conversation`,
      ),
      replaceIn(
        'dispatch.ts',
        '  socketsState.emit(id, event, args)',
        `  socketsState.emit(id, event, args)
  if (event === 'messageSent' && id === fieldsOf(args).to) void keep(args)`,
      ),
      replaceIn(
        'dispatch.ts',
        "import { fieldsOf } from './fields.ts'",
        "import { fieldsOf } from './fields.ts'\nimport { keep } from './history.ts'",
      ),
    ),
  },
  'eval-without-keys': {
    'keys and arguments one by one, as in version 3': inHistory(
      `{
    keys: [conversation(from, to), \`sent:\${JSON.stringify([from, clientId])}\`],
    arguments: [JSON.stringify(message), CHANNEL, ...new Set([from, to])],
  })`,
      `2, conversation(from, to), \`sent:\${JSON.stringify([from, clientId])}\`,
    JSON.stringify(message), CHANNEL, ...new Set([from, to]))`,
    ),
  },
  's10-stored-per-user': {
    'in the loop that publishes': inHistory(
      `  await client.eval(STORE_AND_PUBLISH, {
    keys: [conversation(from, to), \`sent:\${JSON.stringify([from, clientId])}\`],
    arguments: [JSON.stringify(message), CHANNEL, ...new Set([from, to])],
  })
`,
      `  for (const user of new Set([from, to])) {
    await client.eval(STORE_AND_PUBLISH, {
      keys: [conversation(from, to), \`sent:\${JSON.stringify([from, user, clientId])}\`],
      arguments: [JSON.stringify(message), CHANNEL, user],
    })
  }
`,
    ),
  },
  's10-key-per-direction': {
    'not sorted': inHistory('[user, other].toSorted()', '[user, other]'),
  },
  's10-range-reversed': {
    'XREVRANGE - +': inHistory("'+', '-', {", "'-', '+', {"),
  },
  's10-read-modify-write': {
    'an array in one key': combine(
      storing(`  const all = JSON.parse((await client.get(key)) ?? '[]')
  const id = Date.now() + '-0'
  await client.set(key, JSON.stringify([...all, { ...message, id }].slice(-50)))
  publish(id)`),
      reading("  return JSON.parse((await client.get(key)) ?? '[]')"),
    ),
  },
  's10-keeps-oldest': {
    'LTRIM 0 49': combine(
      storing(`  const id = Date.now() + '-0'
  const json = JSON.stringify({ ...message, id })
  await client.multi().rPush(key, json).lTrim(key, 0, 49).exec()
  publish(id)`),
      reading('  return (await client.lRange(key, 0, -1)).map((json) => JSON.parse(json))'),
    ),
  },
  's10-history-not-read': {
    'kept for a second': combine(
      reading(`  const cached = kept.get(key)
  if (cached && cached.at > Date.now() - 1000) return cached.messages
  const latest = await client.xRevRange(key, '+', '-', { COUNT: KEPT })
  const messages = (latest ?? []).toReversed().map(toMessage)
  kept.set(key, { at: Date.now(), messages })
  return messages`),
      inHistory(
        '/** The last messages of a conversation,',
        'const kept = new Map<string, { at: number; messages: Message[] }>()\n\n/** The last messages of a conversation,',
      ),
    ),
  },
  's10-reads-oldest': {
    'XRANGE with COUNT': reading(
      "  return ((await client.xRange(key, '-', '+', { COUNT: KEPT })) ?? []).map(toMessage)",
    ),
    'the first of all': reading(
      "  return ((await client.xRange(key, '-', '+')) ?? []).slice(0, KEPT).map(toMessage)",
    ),
  },
  's10-off-by-one': {
    'one more is read': inHistory('COUNT: KEPT }', 'COUNT: KEPT + 1 }'),
    'LRANGE -51 -1': combine(
      storing(`  const id = Date.now() + '-0'
  const json = JSON.stringify({ ...message, id })
  await client.multi().rPush(key, json).lTrim(key, -51, -1).exec()
  publish(id)`),
      reading('  return (await client.lRange(key, -51, -1)).map((json) => JSON.parse(json))'),
    ),
    'one is missing': inHistory('COUNT: KEPT }', 'COUNT: KEPT - 1 }'),
    'all that the stream keeps': inHistory(', { COUNT: KEPT })', ')'),
    'COUNT as ioredis takes it': inHistory('{ COUNT: KEPT })', "'COUNT', KEPT)"),
  },
  's10-history-not-limited': {
    everything: combine(
      inScript("'MAXLEN', ${KEPT + 1}, ", ''),
      reading("  return ((await client.xRange(key, '-', '+')) ?? []).map(toMessage)"),
    ),
  },
  's10-read-error-hidden': {
    'an empty list instead': reading(`  try {
    const latest = await client.xRevRange(key, '+', '-', { COUNT: KEPT })
    return (latest ?? []).toReversed().map(toMessage)
  } catch {
    return []
  }`),
    'null instead': inHistory(
      "'+', '-', { COUNT: KEPT })",
      "'+', '-', { COUNT: KEPT }).catch(() => null)",
    ),
  },
  's10-reversed': {
    'as XREVRANGE answers': inHistory('.toReversed()', ''),
  },
  's10-never-trimmed': {
    'no MAXLEN': inScript("'MAXLEN', ${KEPT + 1}, ", ''),
  },
  's10-ack-despite-error': {
    'the error is printed': inHandlers(answers, '      return { ok: true }'),
    'returned by the callback of catch()': combine(
      inHandlers(
        'clientId)\n      return { ok: true }',
        'clientId).catch(() => ({ error: "not stored" }))\n      return { ok: true }',
      ),
    ),
    'store() prints the error, and does not reject': combine(
      inHistory(
        '  await client.eval(STORE_AND_PUBLISH, {',
        '  const storing = client.eval(STORE_AND_PUBLISH, {',
      ),
      inHistory(
        '...new Set([from, to])],\n  })\n',
        '...new Set([from, to])],\n  })\n  await storing.catch(console.error)\n',
      ),
    ),
  },
  's10-no-ack-on-error': {
    'the error is printed': inHandlers(answers, '      return new Promise(() => {})'),
  },
  's10-delivered-unstored': {
    finally: separately(`  let id = Date.now() + '-0'
  try {
    id = await add()
  } finally {
    publish(id)
  }`),
  },
  's10-no-dedupe': {
    'an id of its own': inHandlers('to, text }, clientId)', 'to, text }, randomUUID())'),
  },
  's10-dedupe-race': {
    'EXISTS, then XADD': separately(`  if (await client.exists(sent)) return
  const id = await add()
  await client.set(sent, '1', { expiration: { type: 'EX', value: 3600 } })
  publish(id)`),
  },
  's10-text-as-client-id': {
    'the text in the key': inHistory('[from, clientId]', '[from, message.text]'),
  },
  's10-client-id-of-all-users': {
    'not in the key': inHistory('sent:${JSON.stringify([from, clientId])}', 'sent:${clientId}'),
    'the receiver in the key': inHistory('[from, clientId]', '[to, clientId]'),
  },
  's10-known-before-stored': {
    'in a set in memory': combine(
      inHandlers(
        '    try {\n',
        '    if (seen.has(clientId)) return { ok: true }\n    seen.add(clientId)\n    try {\n',
      ),
      inHandlers('const MAX_LENGTH', 'const seen = new Set()\nconst MAX_LENGTH'),
    ),
  },
  's10-refusal-not-caught': {
    'nothing catches the error of Redis': inHandlers(answers, '      throw error'),
    'returned by the try, and not awaited': combine(
      inHandlers(waits, '      return store({'),
      inHandlers(
        'clientId)\n      return { ok: true }',
        'clientId).then(() => ({ ok: true }))',
      ),
    ),
  },
}
