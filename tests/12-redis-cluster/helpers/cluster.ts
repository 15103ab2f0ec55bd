import {
  type AppEvidence,
  type AppUnderTest,
  type CommandEvent,
  RespError,
  type StartOptions,
  type TestBed,
  commands,
  failUnless,
  redisUserArgs,
} from '../../../workshop/check/suite.ts'
import { holds } from '../../shared/chat-online.ts'

/** Starts an instance of the chat in the cluster, and waits until it answers requests. */
export async function startInCluster(
  testBed: TestBed,
  name: string,
  options: StartOptions = {},
): Promise<AppUnderTest> {
  const app = await testBed.start(name, { ...options, cluster: true })
  await app.waitForHttp()
  return app
}

/** Gives all nodes a user with a password. @returns the credentials as in a URL */
export async function addRedisUser(testBed: TestBed): Promise<string> {
  const [name, password] = ['chat', 'swordfish']
  const cluster = await testBed.useCluster()
  const [, ...user] = redisUserArgs(name, password)
  const running = cluster.nodes.filter(({ redis }) => redis)
  await Promise.all(running.map(({ port }) => cluster.command(port, 'ACL', 'SETUSER', ...user)))
  return `${name}:${password}`
}

/** An app has sent a password on each connection on which it has sent commands. */
export function expectAuthenticated(app: AppUnderTest): void {
  const others = unauthenticatedCommands(app)
  const nodes = [...new Set(others.map(({ connection }) => nodeOf(app, connection)))]
  failUnless(nodes.length === 0, { kind: 'unauthenticated', app: app.name, nodes })
}

/** The commands of an app on connections on which it has sent no password. */
export function unauthenticatedCommands(app: Pick<AppEvidence, 'wire'>): CommandEvent[] {
  const sent = commands(app)
  const authenticated = new Set(sent.filter(isLogin).map(({ connection }) => connection))
  return sent.filter(
    ({ handshake, connection }) => !handshake && !authenticated.has(connection),
  )
}

function isLogin({ name, args }: CommandEvent): boolean {
  return name === 'AUTH' || (name === 'HELLO' && args.some((arg) => /^auth$/i.test(arg)))
}

/** Where a connection of an app leads: `127.0.0.1:7001`. */
export function nodeOf({ wire }: Pick<AppEvidence, 'wire'>, connection: number): string {
  const opened = wire.find((event) => event.kind === 'open' && event.connection === connection)
  return (opened?.kind === 'open' && opened.node) || 'an unknown node'
}

/**
 * The nodes between which and an app a text has crossed, in either direction. A node that answers
 * MOVED has done nothing. A replica has what its primary has: reading there is right, too.
 */
export function nodesCrossed(app: Pick<AppEvidence, 'wire'>, text: string): string[] {
  const fromReplicas = new Set(commands(app, 'READONLY').map(({ connection }) => connection))
  const crossed = app.wire.filter((event) => {
    if (event.kind !== 'push' && event.kind !== 'command') return false
    if (fromReplicas.has(event.connection)) return false
    if (event.kind === 'command' && event.reply instanceof RespError) return false
    const sent = event.args.some((arg) => arg.includes(text))
    return sent || (event.kind === 'command' && holds(event.reply, text))
  })
  return [...new Set(crossed.map(({ connection }) => nodeOf(app, connection)))]
}

/** The sharded subscriptions of an app that Redis has confirmed, in order. */
export function shardedSubscriptions(app: Pick<AppEvidence, 'wire'>): CommandEvent[] {
  return commands(app, 'SSUBSCRIBE').filter(({ reply }) => Array.isArray(reply))
}

/** A command with its arguments, as text. */
export function textOfCommand(event: CommandEvent | undefined): string {
  return event ? [event.name, ...event.args].join(' ') : ''
}

/** What is neither about the cluster nor about subscriptions. */
export function ownCommands(
  app: AppEvidence,
  after: { seq: number } | undefined,
): CommandEvent[] {
  const since = after?.seq ?? Infinity
  return commands(app).filter(
    ({ name, seq, handshake }) =>
      seq > since && !handshake && !/SUBSCRIBE|^(CLUSTER|PING|READONLY)$/.test(name),
  )
}
