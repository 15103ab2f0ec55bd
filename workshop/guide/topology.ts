import { matchesGlob } from '../check/channels.ts'
import { RespError, type WireEvent } from '../proxy/events.ts'
import type { ChannelInfo, ConnectionInfo, Topology } from './protocol.ts'
import { isPublish, messageWords } from './wire-item.ts'

const mostChannels = 10

type Channel = Omit<ChannelInfo, 'box'>

/** Connections and subscriptions, made from the events of the wire one by one. */
export class TopologyTracker {
  /** It has changed since this was set to false. */
  changed = true
  private readonly instances = new Map<string, Map<number, ConnectionInfo>>()
  private channels: Channel[] = []

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
    const place = this.instances.get(instance) ?? new Map<number, ConnectionInfo>()
    this.instances.set(instance, place)
    if (event.kind === 'open') {
      const unused = { publishes: false, subscribes: false, received: 0, last: '' }
      place.set(connection, { number: connection, ...unused })
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
      if (!info) return
      info.received += 1
      info.last = event.args.at(-1) ?? ''
      this.changed = true
    }
  }

  /** As it is now. */
  get current(): Topology {
    const instances = [...this.instances].map(([name, connections]) => ({
      name,
      connections: [...connections.values()].map(toConnectionInfo),
    }))
    const channels = this.channels.map((one) => Object.assign({ box: this.boxOf(one) }, one))
    return { instances, channels }
  }

  // A channel that only a pattern receives is drawn as that pattern.
  private boxOf({ name, pattern, subscribers }: Channel): string {
    if (pattern || subscribers.length > 0) return name
    const matching = this.channels.find(
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
    } else if (isPublish(event)) {
      this.changed ||= !info.publishes
      info.publishes = true
      const channel = this.channel(event.args[0] ?? '', false)
      if (event.reply === 0) channel.lost += 1
      this.changed ||= event.reply === 0
    }
  }

  private subscribe(name: string, pattern: boolean, subscriber: string): void {
    const channel = this.channel(name, pattern)
    if (!channel.subscribers.includes(subscriber)) channel.subscribers.push(subscriber)
    this.changed = true
  }

  private unsubscribe(name: string, pattern: boolean, subscriber: string): void {
    const channel = this.channel(name, pattern)
    channel.subscribers = channel.subscribers.filter((other) => other !== subscriber)
    this.changed = true
  }

  private unsubscribeAll(subscriber: string): void {
    for (const { name, pattern } of this.channels) this.unsubscribe(name, pattern, subscriber)
  }

  // Redis keeps no list of channels either: one exists while it has subscribers or messages. Those
  // without subscribers make room for new ones.
  private channel(name: string, pattern: boolean): Channel {
    const found = this.channels.find((one) => one.name === name && one.pattern === pattern)
    if (found) return found
    const made: Channel = { name, pattern, subscribers: [], lost: 0 }
    if (this.channels.length >= mostChannels) {
      const silent = this.channels.find(({ subscribers }) => subscribers.length === 0)
      this.channels = this.channels.filter((one) => one !== silent)
    }
    this.channels = [...this.channels, made]
    this.changed = true
    return made
  }
}

function toConnectionInfo({ last, ...info }: ConnectionInfo): ConnectionInfo {
  return { ...info, last: messageWords(last) }
}
