import { matchesGlob } from '../check/channels.ts'
import { RespError, type WireEvent } from '../proxy/events.ts'
import type { ChannelInfo, ConnectionInfo, Topology } from './protocol.ts'
import { lastUsed } from './last-used.ts'
import { isPublish, messageWords } from './wire-item.ts'

const mostChannels = 10
const mostSent = 20

type Channel = Omit<ChannelInfo, 'box'>

/** Connections and subscriptions, made from the events of the wire one by one. */
export class TopologyTracker {
  /** It has changed since this was set to false. */
  changed = true
  private readonly instances = new Map<string, Map<number, ConnectionInfo>>()
  private readonly channels = new Map<string, Channel>()

  /** @param most how many instances are shown; those without a connection make room for others */
  constructor(private readonly most = Infinity) {}

  /** These instances exist from now on, and no others. */
  setInstances(names: readonly string[]): void {
    for (const name of names) {
      if (!this.instances.has(name)) this.instances.set(name, new Map())
    }
    for (const name of this.instances.keys()) {
      if (!names.includes(name)) this.instances.delete(name)
    }
    this.changed = true
  }

  /** Something happened on the wire. */
  apply(event: WireEvent): void {
    const { instance, connection } = event
    if (event.kind === 'command' && event.renamedFrom !== undefined)
      this.rename(event.renamedFrom, instance, connection)
    const place = this.instances.get(instance) ?? new Map<number, ConnectionInfo>()
    this.instances.set(instance, place)
    if (event.kind === 'open') {
      place.set(connection, { number: connection, subscribes: false, received: 0, last: '' })
      this.changed = true
    } else if (event.kind === 'close') {
      place.delete(connection)
      this.unsubscribeAll(`${instance} ${connection}`)
      this.changed = true
    } else if (event.kind === 'command') {
      const info = place.get(connection)
      if (info) this.applyCommand(event.name, event, info)
    } else if (event.kind === 'push' && /^[ps]?message$/.test(event.name)) {
      const info = place.get(connection)
      if (info) Object.assign(info, { received: info.received + 1, last: event.args.at(-1) })
      const channel = this.channels.get(keyOf(event.args[0] ?? '', event.name === 'pmessage'))
      if (channel) channel.used = event.seq
      this.changed = true
    }
    if (this.instances.size > this.most) this.makeRoom()
  }

  /** As it is now. */
  get current(): Topology {
    const instances = [...this.instances].slice(0, this.most).map(([name, connections]) => ({
      name,
      connections: [...connections.values()].map(toConnectionInfo),
    }))
    const channels = lastUsed([...this.channels.values()], mostSent).map((one) =>
      Object.assign({ box: this.boxOf(one) }, one),
    )
    return { instances, others: this.instances.size - instances.length, channels }
  }

  // A channel that only a pattern receives is drawn as that pattern.
  private boxOf({ name, pattern, subscribers }: Channel): string {
    if (pattern || subscribers.length > 0) return name
    const matching = [...this.channels.values()].find(
      (one) => one.pattern && one.subscribers.length > 0 && matchesGlob(one.name, name),
    )
    return matching?.name ?? name
  }

  private applyCommand(
    name: string,
    event: Extract<WireEvent, { kind: 'command' }>,
    info: ConnectionInfo,
  ): void {
    const subscriber = `${event.instance} ${event.connection}`
    if (event.reply === undefined || event.reply instanceof RespError) return
    if (/^[PS]?SUBSCRIBE$/.test(name)) {
      info.subscribes = true
      for (const channel of event.args)
        this.subscribe(channel, name === 'PSUBSCRIBE', subscriber)
    } else if (/^[PS]?UNSUBSCRIBE$/.test(name)) {
      if (event.args.length === 0) this.unsubscribeAll(subscriber)
      for (const channel of event.args)
        this.unsubscribe(channel, name === 'PUNSUBSCRIBE', subscriber)
    } else if (isPublish(event) && typeof event.reply === 'number') {
      const channel = this.channel(event.args[0] ?? '', false)
      channel.used = event.seq
      if (event.reply === 0) channel.lost += 1
      const elsewhere = this.countElsewhere(channel, event.reply)
      this.changed ||= event.reply === 0 || elsewhere !== channel.elsewhere
      channel.elsewhere = elsewhere
    }
  }

  private countElsewhere({ name, subscribers }: Channel, receivers: number): number {
    if (receivers <= subscribers.length) return 0
    const known = [...this.channels.values()]
      .filter((one) => one.pattern && matchesGlob(one.name, name))
      .reduce((sum, one) => sum + one.subscribers.length, subscribers.length)
    return Math.max(0, receivers - known)
  }

  private subscribe(name: string, pattern: boolean, subscriber: string): void {
    const channel = this.channel(name, pattern)
    if (!channel.subscribers.includes(subscriber)) channel.subscribers.push(subscriber)
    // Its confirmation may be seen after the reply to a PUBLISH that counts it.
    if (channel.elsewhere > 0) channel.elsewhere -= 1
    this.changed = true
  }

  private unsubscribe(name: string, pattern: boolean, subscriber: string): void {
    const channel = this.channel(name, pattern)
    channel.subscribers = channel.subscribers.filter((other) => other !== subscriber)
    this.changed = true
  }

  private unsubscribeAll(subscriber: string): void {
    for (const channel of this.channels.values())
      channel.subscribers = channel.subscribers.filter((other) => other !== subscriber)
    this.changed = true
  }

  private rename(from: string, to: string, connection: number): void {
    const [before, after = new Map<number, ConnectionInfo>()] = [from, to].map((name) =>
      this.instances.get(name),
    )
    const info = before?.get(connection)
    if (!info) return
    before?.delete(connection)
    if (before?.size === 0) this.instances.delete(from)
    this.instances.set(to, after.set(connection, info))
    for (const channel of this.channels.values())
      channel.subscribers = channel.subscribers.map((one) =>
        one === `${from} ${connection}` ? `${to} ${connection}` : one,
      )
    this.changed = true
  }

  private makeRoom(): void {
    const unused = [...this.instances].find(([, connections]) => connections.size === 0)
    if (unused) this.instances.delete(unused[0])
  }

  // Redis keeps no list of channels either: one exists while it has subscribers or messages. Those
  // without subscribers make room for new ones.
  private channel(name: string, pattern: boolean): Channel {
    const key = keyOf(name, pattern)
    const found = this.channels.get(key)
    if (found) return found
    const made: Channel = { name, pattern, subscribers: [], elsewhere: 0, lost: 0, used: 0 }
    if (this.channels.size >= mostChannels) {
      const silent = [...this.channels].find(([, { subscribers }]) => subscribers.length === 0)
      if (silent) this.channels.delete(silent[0])
    }
    this.channels.set(key, made)
    this.changed = true
    return made
  }
}

function keyOf(name: string, pattern: boolean): string {
  return `${pattern} ${name}`
}

function toConnectionInfo({ last, ...info }: ConnectionInfo): ConnectionInfo {
  return { ...info, last: messageWords(last) }
}
