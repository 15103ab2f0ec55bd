import { type RightAnswers, combine, replaceIn } from '../../workshop/check/suite.ts'
import { inCatchUp, inClient, names } from './edits.ts'

/** Other ways to be right, which a check could wrongly reject. */
export const rightAnswers: RightAnswers = {
  'the hash tag is more than the name of the user': names(
    'inbox/{user:${user}}',
    'news/{user:${user}}',
  ),

  // The slots of many users whose names differ in a letter then belong to one primary.
  'the same ending in each hash tag': names('{${user}:chat}:inbox', '{${user}:chat}:events'),

  'reads from replicas': inClient(
    '    rootNodes: roots,\n',
    '    rootNodes: roots,\n    useReplicas: true,\n',
  ),

  'a transaction instead of a script, and the usual settings of the package': combine(
    inClient('    topologyRefreshOnReconnectionAttemptStrategy: 200,\n', ''),
    inClient('      socket: { reconnectStrategy: 100 },\n', ''),
    replaceIn(
      'history.ts',
      `    return client.eval(STORE_AND_ANNOUNCE, {
      keys: [inboxOf(user)],
      arguments: [sent, json, channelOf(user), announcement],
    })
`,
      `    return client
      .multi()
      .xAdd(inboxOf(user), '*', { sent, json })
      .sPublish(channelOf(user), announcement)
      .exec()
`,
    ),
    replaceIn('history.ts', 'KEPT, STORE_AND_ANNOUNCE', 'KEPT'),
  ),

  'other names, two cluster clients, and a read every 200 ms': combine(
    names('inbox {user:${user}}', 'events {user:${user}}'),
    inCatchUp('EVERY_MS = 1000', 'EVERY_MS = 200'),
    replaceIn(
      'chat.ts',
      '      openSubscriptions(client, receive)\n',
      '      const client2 = newClient()\n      openSubscriptions(client2, receive)\n      await client2.connect()\n',
    ),
  ),
}
