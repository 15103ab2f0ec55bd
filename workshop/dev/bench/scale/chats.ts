import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataPath, root } from '../../../paths.ts'
import type { Defer } from '../soak/chat-load.ts'

// Chats that differ in one thing: how a message gets from one instance to the others. All are the
// solution of step 11 with other files, so login, history and sockets cost the same in each.

const slug = '11-scale-out'

/** A piece of a file, and what takes its place. */
type Edits = Record<string, [from: string, to: string][]>

/** A chat to be measured. */
export interface ChatVariant {
  name: string
  /** Of its `index.ts`. */
  folder: string
}

// An instance has nothing to subscribe to when a device comes.
const subscribesNothing = `
export function channelOf(): string {
  return 'outgoing_socket_message'
}
export async function refresh(): Promise<void> {}
`

// Step 8: one channel for all, through node-redis-pubsub.
const broadcast: Edits = {
  'subscriptions.ts': [
    [
      '',
      `import NodeRedisPubSub from 'node-redis-pubsub'
import { deliver } from './catch-up.ts'
import { socketsState } from './sockets-state.ts'
${subscribesNothing}
export async function openSubscriptions() {
  const bus = new NodeRedisPubSub({ url: process.env.REDIS_URL })
  bus.on(channelOf(), ({ event, id, args }) => {
    for (const socket of socketsState.of(id)) deliver(socket, { event, args })
  })
}
`,
    ],
  ],
}

// The script stores and publishes nothing; what is stored is dispatched.
const dispatchesStored: Edits = {
  'store-script.ts': [['for i = 2, #ARGV, 2 do', 'for i = 2, 0 do']],
  'history.ts': [
    ['import { channelOf }', "import { dispatch } from './dispatch.ts'\nimport { channelOf }"],
    ['  await client.eval(', '  const id = await client.eval('],
    [
      '\n}\n\n/** The last messages of a conversation',
      `
  for (const user of receivers) {
    dispatch({ event: 'messageSent', id: user, args: { ...message, id } })
  }
}

/** The last messages of a conversation`,
    ],
  ],
}

// A room for each user, and an adapter between the instances.
const withAdapter = (create: string): Edits => ({
  ...dispatchesStored,
  'subscriptions.ts': [
    ['', `${subscribesNothing}\nexport async function openSubscriptions() {}\n`],
  ],
  'connection.ts': [
    [
      '  socketsState.add(socket.data.user, socket)\n',
      '  socketsState.add(socket.data.user, socket)\n  void socket.join(socket.data.user)\n',
    ],
  ],
  'dispatch.ts': [
    [
      '',
      `let io
export function openDispatch(to) {
  io = to
}
export function dispatch({ event, id, args }) {
  io.to(id).emit('message', { event, args })
}
export function receive() {}
`,
    ],
  ],
  'chat.ts': [
    [
      'import { Server }',
      `import { ${create} } from '@socket.io/redis-adapter'\nimport { Server }`,
    ],
    ['      openDispatch(client)\n', '      openDispatch(io)\n'],
    [
      '      await client.connect()\n',
      `      await client.connect()
      await client2.connect()
      io.adapter(${create}(client, client2))
      io.on('connection', onConnection)
`,
    ],
    // The adapter of a namespace is set before its first socket.
    ["  io.on('connection', onConnection)\n", ''],
  ],
})

const variants: Record<string, Edits> = {
  'broadcast of step 8': broadcast,
  '@socket.io/redis-adapter': withAdapter('createAdapter'),
  'the adapter, sharded': withAdapter('createShardedAdapter'),
}

/**
 * The chats to be measured: what a learner has written, and others to compare it with.
 *
 * @param folder the learner's
 */
export async function makeChats(folder: string, defer: Defer): Promise<ChatVariant[]> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const chats: ChatVariant[] = [{ name: 'your code', folder }]
  for (const [name, edits] of Object.entries(variants)) {
    const copy = await mkdtemp(dataPath('tmp', 'scale-'))
    defer(() => rm(copy, { recursive: true, force: true }))
    await cp(join(root, 'solutions', slug), copy, { recursive: true })
    for (const [file, pieces] of Object.entries(edits)) await edit(join(copy, file), pieces)
    chats.push({ name, folder: copy })
  }
  return chats
}

// An empty piece stands for the whole file.
async function edit(file: string, pieces: [from: string, to: string][]): Promise<void> {
  let text = await readFile(file, 'utf8')
  for (const [from, to] of pieces) {
    if (!text.includes(from)) throw new Error(`${file} does not contain: ${from}`)
    text = from === '' ? to : text.replace(from, () => to)
  }
  await writeFile(file, text)
}
