import type { Frame } from '../trace.ts'
import { stateWords } from './instance-states.ts'
import { type Message, durationOf, messagesIn } from './messages.ts'

/** What happened last, in a sentence. */
export function describeMessage(message: Message): string {
  const { instance, words, receivers, result } = message.publish
  const what = `${instance === 'you' ? 'You' : instance} published “${words}”.`
  if (receivers === undefined) return `${what} Redis replied: ${result}.`
  if (receivers === 0) return `${what} 0 subscribers received it: it is lost.`
  const took = message.deliveries.length > 0 ? ` in ${durationOf(message)} ms` : ''
  return `${what} ${count(receivers, 'subscriber')} received it${took}.`
}

/** What a frame shows, in a sentence. */
export function captionOf({ last, items, instances, redisDown }: Frame): string {
  const item = items.at(-1)
  if (!last) return 'Nothing has been sent to Redis yet.'
  if (redisDown) return 'Redis is unreachable. No message can be delivered.'
  const one = instances.find(({ name }) => name === last.instance)
  if (last.kind === 'exit' && one) return `${one.name} has ${stateWords(one)[1]}: ${one.ended}.`
  const message = messagesIn(items).at(-1)
  const isLast =
    message &&
    (item === message.publish || message.deliveries.includes(item ?? message.publish))
  if (isLast) return describeMessage(message)
  if (item?.kind === 'command')
    return `${item.instance} sent ${item.name}. Redis replied: ${item.result}.`
  if (last.kind === 'close') return `${last.instance} closes a connection.`
  return last.kind === 'open' ? `${last.instance} connects.` : `${last.instance} runs.`
}

/** `2 subscribers` */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
