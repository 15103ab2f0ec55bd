import { type WrongPrograms, combine, replaceIn } from '../../workshop/check/suite.ts'
import { inCatchUp, inClient, names, sharded } from './edits.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's12-one-node-client'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  's12-one-node-client': {
    createClient: combine(
      inClient('import { createCluster }', 'import { createClient }'),
      inClient('createCluster({', 'createClient({ ...roots[0], disableOfflineQueue: true,'),
    ),
  },
  's12-no-address-map': {
    'not passed on': inClient('    nodeAddressMap,\n', ''),
  },
  's12-no-hash-tag': {
    'no braces': names('inbox:${user}', 'events:${user}'),
    'the whole name in braces': names('{inbox:${user}}', '{events:${user}}'),
    'both inboxes at once': replaceIn(
      'history.ts',
      'keys: [inboxOf(user)]',
      'keys: [inboxOf(user), inboxOf(message.to), inboxOf(message.from)]',
    ),
  },
  's12-one-tag': {
    'the same for all users': names('{chat}:inbox:${user}', '{chat}:events:${user}'),
    'the word user in the braces': names('{user}:${user}:inbox', '{user}:${user}:events'),
  },
  's12-classic-publish': {
    'PUBLISH and SUBSCRIBE': sharded('PUBLISH', 'publish', 'subscribe', 'unsubscribe'),
  },
  's12-classic-subscribe': {
    'SPUBLISH and SUBSCRIBE': sharded('SPUBLISH', 'sPublish', 'subscribe', 'unsubscribe'),
  },
  's12-never-subscribes': {
    'keeps it in mind alone': replaceIn(
      'subscriptions.ts',
      'await client.sSubscribe(channel, onMessage)',
      'void onMessage',
    ),
  },
  's12-one-root': {
    'the first': inClient('rootNodes: roots,', 'rootNodes: roots.slice(0, 1),'),
  },
  's12-no-error-listener': {
    'node-error alone': inClient("  client.on('error', report)", '  //'),
  },
  's12-dead-node-ends': {
    'the listener ends it': inClient(
      '    lastLine = line\n',
      '    lastLine = line\n    process.exit(1)\n',
    ),
  },
  's12-client-closed': {
    'reconnectStrategy: false': inClient(
      'reconnectStrategy: 100',
      'reconnectStrategy: false as const',
    ),
  },
  's12-not-resubscribed': {
    'at the client of a node': combine(
      replaceIn(
        'subscriptions.ts',
        'await client.sSubscribe(',
        'await (await client.getNodeClientForKey(channel)).sSubscribe(',
      ),
      replaceIn(
        'subscriptions.ts',
        'await client.sUnsubscribe(',
        'await (await client.getNodeClientForKey(channel)).sUnsubscribe(',
      ),
    ),
  },
  's12-nothing-read': {
    'when announced only': inCatchUp(
      'for (const socket of socketsState.all()) void catchUp(socket)',
      'void [socketsState, catchUp]',
    ),
    'for the devices at the start': combine(
      inCatchUp(
        'for (const socket of socketsState.all()) void',
        'for (const socket of devices) void',
      ),
      inCatchUp(
        '  return setInterval(',
        '  const devices = socketsState.all()\n  return setInterval(',
      ),
    ),
    'once, a second after the start': inCatchUp('return setInterval(', 'return setTimeout('),
  },
  's12-no-credentials': {
    'at the root nodes': combine(
      inClient('      ...credentials,\n', ''),
      inClient(
        'rootNodes: roots,',
        'rootNodes: roots.map((root) => ({ ...root, ...credentials })),',
      ),
    ),
    'beside the defaults': combine(
      inClient('      ...credentials,\n', ''),
      inClient('    nodeAddressMap,\n', '    nodeAddressMap,\n    ...credentials,\n'),
    ),
  },
  's12-still-subscribed': {
    'the user instead of the channel': replaceIn(
      'subscriptions.ts',
      'client.sUnsubscribe(channel,',
      'client.sUnsubscribe(user,',
    ),
    'subscribed at the client of a node, unsubscribed at that of the cluster': replaceIn(
      'subscriptions.ts',
      'await client.sSubscribe(',
      'await (await client.getNodeClientForKey(channel)).sSubscribe(',
    ),
    'nothing when a device leaves': replaceIn(
      'connection.ts',
      '    refresh(user).catch(() => {}) // at the next chance\n',
      '    void [refresh, user]\n',
    ),
  },
  's12-not-caught': {
    'refresh() is not awaited': inCatchUp('  await refresh(', '  void refresh('),
    'only the timer has a catch': combine(
      inCatchUp(
        `  } catch {
    // A node is down. The device stays, and what it misses is sent when a replica has taken over.
  } finally {`,
        '  } finally {',
      ),
      inCatchUp('void catchUp(socket)\n', 'catchUp(socket).catch(() => {})\n'),
    ),
    'no catch around the reads': inCatchUp(
      `  } catch {
    // A node is down. The device stays, and what it misses is sent when a replica has taken over.
  } finally {`,
      '  } finally {',
    ),
  },
  's12-read-never-again': {
    'a lock that a failed read keeps': combine(
      inCatchUp(
        '/** Sends a device what it has not got yet, and at',
        'const locks = new WeakMap<UserSocket, Promise<void>>()\n\n/** Sends a device what it has not got yet, and at',
      ),
      inCatchUp(
        '  const { data } = socket\n  data.again = true\n  if (data.reading) return // two reads at once would find the same messages\n  data.reading = true\n',
        '  const { data } = socket\n  const before = locks.get(socket)\n  let release = () => {}\n  locks.set(socket, new Promise((resolve) => (release = resolve)))\n  await before\n  data.again = true\n',
      ),
      inCatchUp(
        '      await sendMissed(socket)\n    }\n',
        '      await sendMissed(socket)\n    }\n    release()\n',
      ),
    ),
    'a failed read leaves its mark': inCatchUp(
      `    }
  } catch {
    // A node is down. The device stays, and what it misses is sent when a replica has taken over.
  } finally {
    data.reading = false
  }`,
      `    }
    data.reading = false
  } catch {}`,
    ),
  },
  's12-announcement-not-read': {
    'nothing after caughtUp': inCatchUp(
      '  data.again = true\n',
      '  if (data.online) return\n  data.again = true\n',
    ),
  },
  's12-one-read-for-user': {
    'a mark for each user': combine(
      inCatchUp(
        '  const { data } = socket\n  data.again',
        '  const data = stateOf(socket.data.user)\n  data.again',
      ),
      inCatchUp(
        'const EVERY_MS',
        `const states = new Map<string, DeviceState>()

function stateOf(user: string): DeviceState {
  const state = states.get(user) ?? {}
  states.set(user, state)
  return state
}

const EVERY_MS`,
      ),
    ),
  },
  throws: {
    'a loop over the places of the devices': inCatchUp(
      'for (const socket of socketsState.all()) void catchUp(socket)',
      'for (const socket in socketsState.all()) void catchUp(socket as unknown as UserSocket)',
    ),
  },
  's12-reads-without-end': {
    'a mark that is never reset': inCatchUp('      data.again = false\n', ''),
  },
  's12-nothing-ever-read': {
    'marks the read before it looks at the mark': inCatchUp(
      'if (data.reading) return // two reads at once would find the same messages',
      'data.reading = true\n  if (data.reading) return',
    ),
  },
  's12-one-read-for-all': {
    'one mark for all devices': combine(
      inCatchUp(
        '  const { data } = socket\n  data.again',
        '  const data = marks\n  data.again',
      ),
      inCatchUp('const EVERY_MS', 'const marks: DeviceState = {}\nconst EVERY_MS'),
    ),
  },
  's12-reads-at-once': {
    'no look at the read that is on its way': inCatchUp(
      'if (data.reading) return',
      'void data',
    ),
  },
  's12-devices-disconnected': {
    'a read has failed': inCatchUp('  } catch {\n', '  } catch {\n    socket.conn.close()\n'),
    'a read has failed, and commands wait for a node that is down': combine(
      inCatchUp('  } catch {\n', '  } catch {\n    socket.conn.close()\n'),
      replaceIn('redis-client.ts', 'disableOfflineQueue: true,', ''),
    ),
  },
}
