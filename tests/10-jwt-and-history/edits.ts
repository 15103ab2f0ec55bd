import { type Edit, combine, replaceIn } from '../../workshop/check/suite.ts'

// Other programs of step 10, most of them the solution with one place written differently.

/** Replaces a piece of the solution's `auth.ts`. */
export function inAuth(from: string, to: string): Edit {
  return replaceIn('auth.ts', from, to)
}

/** Replaces a piece of the solution's `history.ts`. */
export function inHistory(from: string, to: string): Edit {
  return replaceIn('history.ts', from, to)
}

/** Replaces a piece of the solution's `catch-up.ts`. */
export function inCatchUp(from: string, to: string): Edit {
  return replaceIn('catch-up.ts', from, to)
}

/** Replaces a piece of the solution's `handlers.ts`. */
export function inHandlers(from: string, to: string): Edit {
  return replaceIn('handlers.ts', from, to)
}

/** Replaces a piece of the solution's script. */
export function inScript(from: string, to: string): Edit {
  return replaceIn('store-script.ts', from, to)
}

/** The solution, but a message is stored and published like this. */
export function storing(code: string): Edit {
  return combine(
    inHistory(
      `  await client.eval(STORE_AND_PUBLISH, {
    keys: [conversation(from, to), \`sent:\${JSON.stringify([from, clientId])}\`],
    arguments: [JSON.stringify(message), CHANNEL, ...new Set([from, to])],
  })
`,
      `  const key = conversation(from, to)
  const sent = 'sent:' + from + ':' + clientId
  const publish = (id) => {
    for (const user of new Set([from, to])) {
      dispatch({ event: 'messageSent', id: user, args: { ...message, id } })
    }
  }
${code}
`,
    ),
    inHistory(
      'import { contactsOf }',
      "import { dispatch } from './dispatch.ts'\nimport { contactsOf }",
    ),
  )
}

/** The solution, but a message is stored by one command, and published by another. */
export function separately(code: string): Edit {
  return combine(
    storing(`  const add = () =>
    client.xAdd(key, '*', { json: JSON.stringify(message) }, {
      TRIM: { strategy: 'MAXLEN', strategyModifier: '=', threshold: KEPT + 1 },
    })
${code}`),
    entriesNameTheirMessages,
  )
}

/** The solution, but the id of a message is that of its entry. */
export const entriesNameTheirMessages: Edit = combine(
  inHistory(
    'function toMessage(entry: { message: Record<string, string> }): Message {',
    'function toMessage(entry: { id: string; message: Record<string, string> }): Message {',
  ),
  inHistory(
    "return JSON.parse(entry.message.json ?? '')",
    "return { ...JSON.parse(entry.message.json ?? ''), id: entry.id }",
  ),
)

/** The solution, but the history is read like this: `key` is that of the conversation. */
export function reading(code: string): Edit {
  return inHistory(
    `  const latest = await client.xRevRange(conversation(user, other), '+', '-', { COUNT: KEPT })
  return (latest ?? []).toReversed().map(toMessage)
`,
    `  const key = conversation(user, other)
${code}
`,
  )
}

/** The solution, but what a device missed is found like this. */
export function missing(code: string): Edit {
  return combine(
    inHistory(
      `  const found = (await client.xRead(streams)) ?? []
  const messages = found.flatMap((stream) => stream.messages.slice(-KEPT).map(toMessage))
  const inOrder`,
      `${code}
  const inOrder`,
    ),
    inHistory(
      'gap: found.some((stream) => stream.messages.length > KEPT),',
      'gap: found.some((all) => all.length > KEPT),',
    ),
  )
}
