import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { ignoresWhoLeaves, importing, inSubscriptions, leaving, subscribing } from '../edits.ts'

/** Messages that reach too many instances, or none. */
export const crossing: WrongPrograms = {
  's11-broadcast': {
    'one channel for all, with two names': combine(
      subscribing({ start: "await client2.subscribe('all', onMessage)" }),
      inSubscriptions("'user:' + user", "'all'"),
    ),
    'one channel for all, subscribed with the first device': combine(
      inSubscriptions('return `user:${user}`', "return user && 'all-users'"),
    ),
  },
  's11-pattern': {
    'user:*': subscribing({ start: "await client2.pSubscribe('user:*', onMessage)" }),
    'user:* once a device is here': subscribing({
      refresh: "await client2.pSubscribe('user:*', onMessage)",
      start: 'await refresh()',
    }),
  },
  's11-subscribes-to-all': {
    'all known users at the start': subscribing({
      start: `const users = ['ada', 'grace', 'linus', ...Array.from({ length: 300 }, (_, i) => 'user-' + i)]
  await client2.subscribe(users.map(channelOf), onMessage)`,
    }),
  },
  's11-not-subscribed': {
    'refresh() does nothing': subscribing({}),
    'only those who leave': replaceIn(
      'catch-up.ts',
      '    await refresh(socket.data.user)\n',
      '    void refresh\n',
    ),
  },
  's11-other-channel': {
    'another prefix where it is published': replaceIn(
      'history.ts',
      '[channelOf(user), user]',
      '[`users:${user}`, user]',
    ),
    'the user in lower and upper case': inSubscriptions(
      'client2.subscribe(come.map(channelOf), onMessage)',
      'client2.subscribe(come.map((user) => channelOf(user).toUpperCase()), onMessage)',
    ),
  },
  's11-never-unsubscribed': {
    'nothing when a device leaves': combine(
      ignoresWhoLeaves,
      importing('refresh as unused'),
      replaceIn(
        'connection.ts',
        '  void catchUp(socket)',
        '  void unused\n  void catchUp(socket)',
      ),
    ),
    'unsubscribed with another listener than subscribed': inSubscriptions(
      'client2.subscribe(come.map(channelOf), onMessage)',
      'client2.subscribe(come.map(channelOf), (message) => onMessage(message))',
    ),
    'channels are remembered, and users looked up': combine(
      inSubscriptions('come) subscribed.add(user)', 'come) subscribed.add(channelOf(user))'),
      inSubscriptions(
        'left) subscribed.delete(user)',
        'left) subscribed.delete(channelOf(user))',
      ),
    ),
    'the list of those who left stays empty': inSubscriptions(
      '!socketsState.has(user) && subscribed.has(user)',
      '!socketsState.has(user) && !subscribed.has(user)',
    ),
    'refresh() is awaited, and then the device is removed': combine(
      ignoresWhoLeaves,
      replaceIn(
        'connection.ts',
        "socket.on('disconnect', () => {",
        "socket.on('disconnect', async () => {",
      ),
      replaceIn(
        'connection.ts',
        '    socketsState.remove(user, socket)\n',
        '    await refresh(user).catch(() => {})\n    socketsState.remove(user, socket)\n',
      ),
    ),
    'a minute later': leaving('setTimeout(() => refresh(user).catch(() => {}), 60_000)'),
    'before the device is removed': combine(
      ignoresWhoLeaves,
      replaceIn(
        'connection.ts',
        '    socketsState.remove(user, socket)\n',
        `    void refresh(user).catch(() => {})
    setTimeout(() => socketsState.remove(user, socket), 20)\n`,
      ),
    ),
  },
  'no-listener': {
    "the event 'message' of version 3": combine(
      inSubscriptions(
        '  await client2.connect()\n',
        "  await client2.connect()\n  client2.on('message', (_channel, message) => onMessage(message))\n",
      ),
      inSubscriptions(
        'client2.subscribe(come.map(channelOf), onMessage)',
        'client2.subscribe(come.map(channelOf))',
      ),
    ),
  },
  'channel-for-message': {
    'a listener with (channel, message)': combine(
      inSubscriptions(
        'client2.subscribe(come.map(channelOf), onMessage)',
        'client2.subscribe(come.map(channelOf), listener)',
      ),
      inSubscriptions(
        '\nfunction update()',
        '\nconst listener = (_channel, message) => onMessage(message)\n\nfunction update()',
      ),
    ),
  },
  's11-other-unsubscribed': {
    'the user and not the channel': inSubscriptions(
      'client2.unsubscribe(left.map(channelOf),',
      'client2.unsubscribe(left,',
    ),
  },
  's11-back-not-subscribed': {
    'what is remembered stays': inSubscriptions(
      '  for (const user of left) subscribed.delete(user)\n',
      '',
    ),
  },
  's11-unsubscribed-early': {
    'who is subscribed already, when a second device connects': inSubscriptions(
      'users.filter((user) => !socketsState.has(user) && subscribed.has(user))',
      'users.filter((user) => subscribed.has(user))',
    ),
    'for each device that leaves': combine(
      inSubscriptions(
        '\nfunction update()',
        `
export function leave(user: string): Promise<void> {
  subscribed.delete(user)
  return client2.unsubscribe(channelOf(user), onMessage)
}

function update()`,
      ),
      importing('leave'),
      leaving('leave(user).catch(() => {})'),
    ),
  },
}
