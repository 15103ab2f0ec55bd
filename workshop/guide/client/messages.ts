import { lastUsed } from '../last-used.ts'
import type { ChannelInfo, WireItem } from '../protocol.ts'

/** One message: how it was published, and every copy that was delivered. */
export interface Message {
  publish: WireItem
  deliveries: WireItem[]
}

/** A place in the picture of Redis: a channel, or a pattern with the channels that it matches. */
export interface ChannelBox {
  name: string
  pattern: boolean
  subscribers: string[]
  elsewhere: number
  lost: number
  used: number
}

const mostBoxes = 4

/** Whether a line of the wire publishes a message. */
export function isPublish({ name }: WireItem): boolean {
  return /^S?PUBLISH$/.test(name)
}

/** Groups the lines of the wire by message, in the order of publishing. */
export function messagesIn(items: readonly WireItem[]): Message[] {
  const messages: Message[] = []
  const byContent = new Map<string, Message[]>()
  // A PUBLISH is complete when its reply is there: that may be later than its deliveries.
  for (const item of items.toSorted((a, b) => a.seq - b.seq)) {
    const content = `${item.channel} ${item.words}`
    if (isPublish(item)) {
      const message = { publish: item, deliveries: [] }
      messages.push(message)
      const same = byContent.get(content)
      if (same) same.push(message)
      else byContent.set(content, [message])
    } else if (item.kind === 'push' && item.channel !== undefined) {
      const open = byContent.get(content)?.findLast((one) => isMissing(one, item))
      open?.deliveries.push(item)
    }
  }
  return messages
}

function isMissing({ publish, deliveries }: Message, item: WireItem): boolean {
  return (
    deliveries.length < (publish.receivers ?? 0) &&
    !deliveries.some((one) => placeOf(one) === placeOf(item) && one.pattern === item.pattern)
  )
}

function placeOf({ instance, connection }: WireItem): string {
  return `${instance} ${connection}`
}

/** Milliseconds between publishing and the last delivery. */
export function durationOf({ publish, deliveries }: Message): number {
  return Math.max(0, ...deliveries.map(({ at }) => at - publish.at))
}

/** The channels and patterns to draw, those with subscribers first. */
export function channelBoxes(channels: readonly ChannelInfo[]): ChannelBox[] {
  const boxes = new Map<string, ChannelBox>()
  for (const { box: name, pattern, subscribers, elsewhere, lost, used } of channels) {
    const unused = { subscribers: [], elsewhere: 0, lost: 0, used: 0 }
    const box = boxes.get(name) ?? { name, pattern, ...unused }
    box.pattern ||= pattern
    box.subscribers = [...box.subscribers, ...subscribers]
    box.elsewhere = Math.max(box.elsewhere, elsewhere)
    box.lost += lost
    box.used = Math.max(box.used, used)
    boxes.set(name, box)
  }
  const sorted = [...boxes.values()].toSorted(
    (a, b) => Number(b.subscribers.length > 0) - Number(a.subscribers.length > 0),
  )
  return lastUsed(sorted, mostBoxes)
}

/** The box to which a publication goes: its channel's, or that of a pattern that matches it. */
export function boxOf(channels: readonly ChannelInfo[], channel: string): string {
  return channels.find(({ name, pattern }) => name === channel && !pattern)?.box ?? channel
}
