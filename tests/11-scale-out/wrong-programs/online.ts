import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { importing, inSubscriptions, leaving, waiting, whenBack } from '../edits.ts'

// Each request begins when the one before was fulfilled.
const staysRejected = inSubscriptions(
  '  running = next.catch(() => {})\n',
  '  running = next\n',
)

/** Devices that receive `caughtUp` too early, or that miss messages. */
export const online: WrongPrograms = {
  's11-online-early': {
    'remembered when it is sent': combine(
      inSubscriptions(
        '  changed.add(user)\n  return',
        '  if (client2.isReady && socketsState.has(user) && subscribed.has(user)) return Promise.resolve()\n  changed.add(user)\n  return',
      ),
      inSubscriptions(
        '  try {\n',
        '  for (const user of come) subscribed.add(user)\n  try {\n',
      ),
    ),
    'not awaited': waiting(`    void refresh(socket.data.user).catch(() => {})
    const { messages, gap } = await missedBy(socket.data.user, socket.data.lastId)`),
    'as soon as it is connected': combine(
      replaceIn(
        'catch-up.ts',
        '  try {\n',
        "  socket.emit('message', { event: 'caughtUp', args: { gap: false } })\n  try {\n",
      ),
    ),
  },
  's11-history-first': {
    'the history, then the subscription':
      waiting(`    const { messages, gap } = await missedBy(socket.data.user, socket.data.lastId)
    await refresh(socket.data.user)`),
    'both at once': waiting(`    const [{ messages, gap }] = await Promise.all([
      missedBy(socket.data.user, socket.data.lastId),
      refresh(socket.data.user),
    ])`),
  },
  's11-unsubscribes-all': {
    'an empty list, without a listener': inSubscriptions(
      'client2.unsubscribe(left.map(channelOf), onMessage)',
      'client2.unsubscribe(left.map(channelOf))',
    ),
    'an undefined list': inSubscriptions(
      'client2.unsubscribe(left.map(channelOf), onMessage)',
      'client2.unsubscribe(undefined as unknown as string[], onMessage)',
    ),
  },
  's11-no-caught-up': {
    'without lastId nothing is sent': replaceIn(
      'catch-up.ts',
      '  try {\n',
      "  if (typeof socket.data.lastId !== 'string') {\n    socket.data.waiting = undefined\n    return refresh(socket.data.user).catch(() => {})\n  }\n  try {\n",
    ),
  },
  's11-online-early-again': {
    'isReady is not looked at': inSubscriptions(
      "  if (!client2.isReady) throw new Error('Redis is not connected')\n",
      '',
    ),
    'the error of refresh() is caught':
      waiting(`    await refresh(socket.data.user).catch(() => {})
    const { messages, gap } = await missedBy(socket.data.user, socket.data.lastId)`),
  },
  's11-not-caught': {
    'when a device leaves': combine(
      inSubscriptions('export function refresh', 'export async function refresh'),
      leaving('void refresh(user)'),
    ),
    'a queue that stays rejected, and no catch when Redis is back': combine(
      inSubscriptions('.then(onBack, () => {})', '.then(onBack)'),
      staysRejected,
    ),
  },
  's11-rejects-forever': {
    'a queue that stays rejected, and the error is printed': combine(
      inSubscriptions('.then(onBack, () => {})', '.then(onBack).catch(console.error)'),
      staysRejected,
    ),
  },
  's11-missed-while-offline': {
    "at 'connect', when no command is accepted yet": inSubscriptions(
      "'ready', ()",
      "'connect', ()",
    ),
    'nothing when Redis is back': replaceIn(
      'chat.ts',
      '    for (const socket of socketsState.all()) void catchUp(socket)',
      '    void catchUp',
    ),
    'caughtUp is sent again, and nothing is read': replaceIn(
      'chat.ts',
      'void catchUp(socket)',
      "socket.emit('message', { event: 'caughtUp', args: { gap: false } }), void catchUp",
    ),
  },
  's11-live-first': {
    'live messages wait from after the subscription on': combine(
      replaceIn(
        'catch-up.ts',
        '  // Before the first await: from now on live messages wait.\n  const waiting = (socket.data.waiting ??= [])\n',
        '',
      ),
      waiting(`    await refresh(socket.data.user)
    const waiting = (socket.data.waiting ??= [])
    const { messages, gap } = await missedBy(socket.data.user, socket.data.lastId)`),
    ),
  },
  's11-one-device-each': {
    'the first device of each user': replaceIn(
      'chat.ts',
      '    for (const socket of socketsState.all()) void catchUp(socket)',
      `    for (const user of Object.keys(socketsState.count())) {
      const [socket] = socketsState.of(user)
      if (socket) void catchUp(socket)
    }`,
    ),
  },
  's11-one-after-the-other': {
    'each device waits for the one before': whenBack(
      '    for (const socket of socketsState.all()) await catchUp(socket)',
    ),
    'one user after the other, and all devices of a user at once':
      whenBack(`    for (const user of Object.keys(socketsState.count())) {
      await Promise.all([...socketsState.of(user)].map(catchUp))
    }`),
  },
  's11-lost-request': {
    'the users of a request that fails are not in the next one': inSubscriptions(
      '    for (const user of users) changed.add(user) // until Redis is back\n',
      '',
    ),
  },
  's11-left-alone': {
    'sent again for the devices that are here': inSubscriptions(
      "client2.on('ready', () => void update().then(onBack, () => {}))",
      "client2.on('ready', onBack)",
    ),
  },
  's11-left-during-outage': {
    'what is remembered as subscribed is emptied when Redis is back': inSubscriptions(
      "client2.on('ready', () => void update()",
      "client2.on('ready', () => void (subscribed.clear(), update())",
    ),
    'the list is empty before isReady is looked at': combine(
      inSubscriptions(
        "  if (!client2.isReady) throw new Error('Redis is not connected')\n",
        '',
      ),
      inSubscriptions(
        '  changed.clear()\n',
        "  changed.clear()\n  if (!client2.isReady) throw new Error('Redis is not connected')\n",
      ),
    ),
  },
  's11-kept-after-outage': {
    'refresh() counts devices, and is called again after an outage': combine(
      inSubscriptions(
        'export function refresh(user: string): Promise<void> {\n',
        `const devices = new Map<string, number>()
export function leave(user: string): Promise<void> {
  const left = (devices.get(user) ?? 0) - 1
  if (left > 0) devices.set(user, left)
  else devices.delete(user)
  changed.add(user)
  return update()
}
export function refresh(user: string): Promise<void> {
  devices.set(user, (devices.get(user) ?? 0) + 1)
`,
      ),
      inSubscriptions(
        'users.filter((user) => socketsState.has(user) &&',
        'users.filter((user) => devices.has(user) &&',
      ),
      inSubscriptions(
        'users.filter((user) => !socketsState.has(user) &&',
        'users.filter((user) => !devices.has(user) &&',
      ),
      inSubscriptions("import { socketsState } from './sockets-state.ts'\n", ''),
      importing('leave'),
      leaving('leave(user).catch(() => {})'),
    ),
  },
  's11-not-resubscribed': {
    'a new client, without the old subscriptions': inSubscriptions(
      "  client2.on('ready', () => void update().then(onBack, () => {}))",
      `  client2.on('error', async () => {
    if (client2 !== to) return
    client2 = to.duplicate().on('error', () => {})
    to.destroy()
    await client2.connect()
    onBack()
  })`,
    ),
  },
  's11-devices-disconnected': {
    'when Redis is back': combine(
      replaceIn('chat.ts', 'void catchUp(socket)', 'socket.disconnect(true)'),
      replaceIn('chat.ts', "import { catchUp } from './catch-up.ts'\n", ''),
    ),
    'disconnectSockets()': combine(
      replaceIn(
        'chat.ts',
        "      client.on('ready', redisIsBack)\n",
        "      client.on('ready', redisIsBack)\n      client2.on('error', () => io.disconnectSockets(true))\n",
      ),
    ),
  },
}
