import { type Edit, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'

// Other programs of step 11, most of them the solution with one place written differently.

/** Replaces a piece of the solution's `subscriptions.ts`. */
export function inSubscriptions(from: string, to: string): Edit {
  return replaceIn('subscriptions.ts', from, to)
}

/** What the solution does when Redis is back, as an async function with another loop over the devices. */
export function whenBack(loop: string): Edit {
  return combine(
    replaceIn(
      'chat.ts',
      'function redisIsBack(): void',
      'async function redisIsBack(): Promise<void>',
    ),
    replaceIn(
      'chat.ts',
      '    for (const socket of socketsState.all()) void catchUp(socket)',
      loop,
    ),
  )
}

/** The solution with another `subscriptions.ts`: what is done at the start, and `refresh()`. */
export function subscribing(code: {
  /** Runs when `client2` is connected. */
  start?: string
  refresh?: string
  /** Other declarations. */
  more?: string
}): Edit {
  const { start = '', refresh = '', more = '' } = code
  return writeFile(
    'subscriptions.ts',
    `import { socketsState } from './sockets-state.ts'

let client2
let onMessage
export const channelOf = (user) => 'user:' + user
${more}
export async function openSubscriptions(to, listener, onBack) {
  client2 = to
  onMessage = listener
  await client2.connect()
  client2.on('ready', onBack)
  ${start}
}
export async function refresh(user) {
  ${refresh}
}
`,
  )
}

/** The solution without the call of `refresh()` when a device leaves. */
export const ignoresWhoLeaves: Edit = replaceIn(
  'connection.ts',
  '    refresh(user).catch(() => {}) // tried again when Redis is back\n',
  '',
)

/** The solution, but this is done when a device leaves. */
export function leaving(code: string): Edit {
  return replaceIn(
    'connection.ts',
    '    refresh(user).catch(() => {}) // tried again when Redis is back\n',
    `    ${code}\n`,
  )
}

/** Another import of `subscriptions.ts` in `connection.ts`. */
export function importing(names: string): Edit {
  return replaceIn('connection.ts', 'import { refresh }', `import { ${names} }`)
}

const waits = '    await refresh(socket.data.user)\n'
const reads =
  '    const { messages, gap } = await missedBy(socket.data.user, socket.data.lastId)\n'

/** The solution, but a device waits for its subscription and its history like this. */
export function waiting(code: string): Edit {
  return combine(
    replaceIn('catch-up.ts', waits, ''),
    replaceIn('catch-up.ts', reads, `${code}\n`),
  )
}
