import {
  type AppUnderTest,
  type CommandEvent,
  RespError,
  type SocketClient,
  type TestBed,
  commandRef,
  commands,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { expectStored, waitForText } from '../../shared/chat-messages.ts'
import { goOnline } from '../../shared/chat-online.ts'
import { nodesCrossed, ownCommands, shardedSubscriptions, textOfCommand } from './cluster.ts'

// A subscription may be kept for five seconds: longer for an instance whose timer is late.
const keptMs = 6_500
const pauseMs = 50
// A loop sends a command again so soon after its reply, and no timer does. A program that reads for
// one device of a user after the other does so a few times. A reply that takes longer is a pause.
const pauseOfLoopMs = 20
const shortReplyMs = 30
const loopAt = 10

const leaver = 'user-16'
const users = Array.from({ length: 6 }, (_, i) => `user-1${i}`)

/** What each user notes down reaches the user's device, and crosses one node. */
export async function expectOneShardEach(testBed: TestBed, app: AppUnderTest): Promise<void> {
  const devices = await Promise.all(users.map((user) => goOnline(testBed, app, user)))
  const cluster = await testBed.useCluster()
  const used = new Set<string>()
  const slots = new Set<number>()
  for (const [i, device] of devices.entries()) {
    const text = `a note of ${users[i]}`
    await expectStored(device, { to: users[i] ?? '', text })
    await waitForText(device, text)
    const nodes = nodesCrossed(app, text)
    failUnless(nodes.length === 1, { kind: 'nodes-crossed', app: app.name, text, nodes })
    used.add(nodes[0] ?? '')
    for (const key of keysWith(app, text)) slots.add(await cluster.slotOf(key))
  }
  // Slots of six users can all belong to one primary by chance, and one slot can have moved.
  const places = slots.size > 0 ? slots : used
  failUnless(places.size > 1, {
    kind: 'one-node',
    app: app.name,
    users: users.length,
    node: [...used].join(', then '),
  })
}

// The keys or channels with which an app has sent a text.
function keysWith(app: AppUnderTest, text: string): string[] {
  return commands(app)
    .filter(
      ({ args, reply }) =>
        args.some((arg) => arg.includes(text)) && !(reply instanceof RespError),
    )
    .map(({ name, args }) => (/^(EVAL|FCALL)/.test(name) ? args[2] : args[0]) ?? '')
}

/** A message reaches the devices of both users on both instances, also two of one user on one. */
export async function expectAcross(
  testBed: TestBed,
  apps: readonly AppUnderTest[],
): Promise<void> {
  const devices: SocketClient[] = []
  for (const app of apps) {
    for (const user of ['user-20', 'user-21']) devices.push(await goOnline(testBed, app, user))
  }
  const [app] = apps
  const second = app && (await goOnline(testBed, app, 'user-21', 'tablet'))
  for (const text of ['first', 'second']) {
    const [sender] = devices
    if (!sender) return
    await expectStored(sender, { to: 'user-21', text })
    for (const device of devices) await waitForText(device, text)
    if (second) await waitForText(second, text, 'second-device')
  }
}

/**
 * No app has sent a command again and again as soon as it was answered. A command that waits in
 * Redis, as XREAD with BLOCK does, is its own pause.
 */
export function expectPauses(apps: readonly AppUnderTest[]): void {
  for (const app of apps) {
    const latest = new Map<string, { event: CommandEvent; times: number }>()
    for (const event of ownCommands(app.evidence(), { seq: 0 })) {
      const text = textOfCommand(event)
      const { event: before, times = 0 } = latest.get(text) ?? {}
      const again = before && isSentAtOnce(before, event) ? times + 1 : 0
      latest.set(text, { event, times: again })
      failUnless(again < loopAt || event.args.length === 0, {
        kind: 'command-storm',
        app: app.name,
        command: commandRef(event),
        times: again,
      })
    }
  }
}

function isSentAtOnce(
  { at, repliedAt = Infinity }: CommandEvent,
  again: CommandEvent,
): boolean {
  const pause = again.at - repliedAt
  return repliedAt - at < shortReplyMs && pause >= 0 && pause < pauseOfLoopMs
}

/** When the last device of a user has left, no node has the subscription for that user any more. */
export async function expectUnsubscribed(testBed: TestBed, app: AppUnderTest): Promise<void> {
  const seqBefore = app.wire.at(-1)?.seq ?? 0
  const device = await goOnline(testBed, app, leaver)
  const made = shardedSubscriptions(app).filter(({ seq }) => seq > seqBefore)
  const seqOfLeaving = app.wire.at(-1)?.seq ?? 0
  device.close()
  const began = app.clock.now()
  for (const channel of made.flatMap(({ args }) => args)) {
    while ((await countSubscribers(testBed, channel)) > 0) {
      const instead = commands(app, 'SUNSUBSCRIBE').find(({ seq }) => seq > seqOfLeaving)
      failUnless(app.clock.since(began).countedMs < keptMs, {
        kind: 'subscription-kept',
        app: app.name,
        channel,
        instead: instead && commandRef(instead),
        when: `after the last device of ${leaver} has left`,
      })
      await testBed.poll(() => undefined, { withinMs: pauseMs })
    }
  }
}

async function countSubscribers(testBed: TestBed, channel: string): Promise<number> {
  const cluster = await testBed.useCluster()
  let count = 0
  for (const { port, redis } of cluster.nodes) {
    const reply = redis ? await cluster.command(port, 'PUBSUB', 'SHARDNUMSUB', channel) : '0'
    count += Number(reply.split('\n').at(-1))
  }
  return count
}

/** No node has passed on a message to all others since this was called first. */
export async function watchBus(testBed: TestBed): Promise<() => Promise<void>> {
  const count = async () => {
    const { nodes, command } = await clusterOf(testBed)
    const infos = await Promise.all(nodes.map(({ port }) => command(port)))
    const sent = infos.map(
      (info) => /^cluster_stats_messages_publish_sent:(\d+)/m.exec(info)?.[1],
    )
    return sent.reduce((sum, one) => sum + Number(one ?? 0), 0)
  }
  const before = await count()
  return async () => {
    const seen = (await count()) - before
    failUnless(seen === 0, { kind: 'bus-broadcast', seen })
  }
}

async function clusterOf(testBed: TestBed) {
  const cluster = await testBed.useCluster()
  const command = (port: number) => cluster.command(port, 'CLUSTER', 'INFO')
  return { nodes: cluster.nodes.filter(({ redis }) => redis), command }
}
