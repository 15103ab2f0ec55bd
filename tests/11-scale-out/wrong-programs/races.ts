import { type WrongPrograms, combine } from '../../../workshop/check/suite.ts'
import { inSubscriptions, subscribing } from '../edits.ts'

const eachForItself = `if (!socketsState.has(user)) return leave(user)
  subscriptions[user] ??= client2.subscribe(channelOf(user), onMessage)
  await subscriptions[user]`

/** Commands that overtake each other, and too many of them. */
export const races: WrongPrograms = {
  's11-unsubscribe-wins': {
    'unsubscribe() without the listener': subscribing({
      refresh: `if (socketsState.has(user)) await client2.subscribe(channelOf(user), onMessage)
  else await client2.unsubscribe(channelOf(user))`,
    }),
    'deleted when it is confirmed': subscribing({
      more: `const subscriptions = {}
async function leave(user) {
  await subscriptions[user]
  await client2.unsubscribe(channelOf(user), onMessage)
  delete subscriptions[user]
}`,
      refresh: eachForItself,
    }),
  },
  's11-online-unsubscribed': {
    'the call for a device that returns finds the user subscribed, and the one that unsubscribes compares again':
      subscribing({
        more: 'const subscribed = new Set()\nconst failed = new Set()',
        start: `client2.on('ready', () => {
    for (const user of failed) refresh(user).then(() => failed.delete(user), () => {})
  })`,
        refresh: `if (!client2.isReady) {
    failed.add(user)
    throw new Error('offline')
  }
  const channel = channelOf(user)
  if (socketsState.has(user) === subscribed.has(channel)) return
  if (socketsState.has(user)) {
    await client2.subscribe(channel, onMessage)
    subscribed.add(channel)
  } else {
    await client2.unsubscribe(channel, onMessage)
    subscribed.delete(channel)
  }
  await refresh(user)`,
      }),
  },
  's11-left-while-subscribing': {
    'only what is confirmed is ended': subscribing({
      more: `const confirmed = new Set()
const subscriptions = {}
async function leave(user) {
  delete subscriptions[user]
  if (confirmed.delete(user)) await client2.unsubscribe(channelOf(user), onMessage)
}`,
      refresh: `${eachForItself}
  confirmed.add(user)`,
    }),
    'subscribed by name, however many are left': combine(
      inSubscriptions(
        '  for (const user of come) subscribed.add(user)',
        '  for (const user of come) if (socketsState.has(user)) subscribed.add(user)',
      ),
    ),
  },
  's11-not-sent-afterwards': {
    'all share the request that is on its way': combine(
      inSubscriptions(
        `let running: Promise<void> = Promise.resolve() // never rejects
let next: Promise<void> | undefined
`,
        'let running: Promise<void> | undefined\n',
      ),
      inSubscriptions(
        `  next ??= running.then(() => {
    next = undefined
    return send()
  })
  running = next.catch(() => {})
  return next
`,
        `  running ??= send().finally(() => {
    running = undefined
  })
  return running
`,
      ),
    ),
  },
  's11-one-by-one': {
    'a queue': subscribing({
      more: `const subscribed = new Set()
let last = Promise.resolve()`,
      start: `client2.on('ready', () => {
    for (const user of subscribed) refresh(user).catch(() => {})
  })`,
      refresh: `const mine = last.then(async () => {
    const here = socketsState.has(user)
    if (here === subscribed.has(user)) return
    await (here ? client2.subscribe : client2.unsubscribe).call(client2, channelOf(user), onMessage)
    if (here) subscribed.add(user)
    else subscribed.delete(user)
  })
  last = mine.catch(() => {})
  if (!client2.isReady) throw new Error('offline')
  return mine`,
    }),
  },
  's11-connection-per-user': {
    'a client for each user, while refresh() asks whether the first one is ready': combine(
      inSubscriptions(
        'function update()',
        `const clients = new Map<string, Client>()

async function open(user: string): Promise<void> {
  const own = client2.duplicate().on('error', () => {})
  await own.connect()
  await own.subscribe(channelOf(user), onMessage)
  clients.set(user, own)
}

async function close(user: string): Promise<void> {
  await clients.get(user)?.close()
  clients.delete(user)
}

function update()`,
      ),
      inSubscriptions(
        `      client2.subscribe(come.map(channelOf), onMessage),
      client2.unsubscribe(left.map(channelOf), onMessage),
`,
        '      ...come.map(open),\n      ...left.map(close),\n',
      ),
    ),
    'a client for each user': subscribing({
      more: 'const clients = {}',
      refresh: `if (!socketsState.has(user)) {
    const last = clients[user]
    delete clients[user]
    return (await last)?.destroy()
  }
  clients[user] ??= (async () => {
    const one = client2.duplicate().on('error', () => {})
    await one.connect()
    await one.subscribe(channelOf(user), onMessage)
    return one
  })()
  const one = await clients[user]
  if (!one.isReady) throw new Error('offline')`,
    }),
  },
}
