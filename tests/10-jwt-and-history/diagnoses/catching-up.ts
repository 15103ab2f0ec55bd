import { inspect } from 'node:util'
import {
  type CommandEvent,
  type Diagnosis,
  type Fact,
  type Evidence,
  commands,
  crashed,
  fieldsOf,
  receivedMessages,
} from '../../../workshop/check/suite.ts'
import { failed, textOf } from '../../shared/failed-expectations.ts'
import { mayRead } from '../helpers/catching-up.ts'
import { lastRead, liveOnes } from './evidence-queries.ts'

type EventOrder = Extract<Fact, { kind: 'event-order' }>

/** Where what happens at a reconnect is written. */
export const catches = 'TODO(5) in catch-up.ts'

/** What can be wrong when a device comes back. */
export const catchingUp: Diagnosis[] = [
  {
    id: 's10-no-message-id',
    likely:
      'The messages that devices receive have no id, so a device cannot name the last one that it has.',
    lookAt: 'what is published in TODO(3) in history.ts',
    requires: failed('message-id'),
  },
  {
    id: 's10-nothing-caught-up',
    likely: (evidence) => {
      const found = readWith(evidence)
      if (found)
        return `A device that connects with lastId does not get the messages that are newer: Redis has answered ${found.name} with them, and you do not send them.`
      return `A device that connects with lastId does not get the messages that are newer, although they are in the history${hasRead(evidence) ? '' : ': its instance sends no command that reads them'}.`
    },
    lookAt: (evidence) => {
      if (readWith(evidence))
        return `${catches}: what you do with the messages that missedBy() in history.ts returns. While socket.data.waiting is set, deliver() sends nothing, and later it leaves out what has an id in socket.data.caughtUp`
      return hasRead(evidence)
        ? `${catches}, and missedBy() in history.ts`
        : `${catches}: whether it is called, and whether the lastId of socket.handshake.auth reaches it`
    },
    shows: (evidence) => [readWith(evidence) ?? lastRead(evidence)],
    requires: (evidence) =>
      misses(evidence, /^(missed|stored)/) && othersOf(evidence, isFromHistory).length === 0,
  },
  {
    id: 's10-newest-cut-off',
    likely: (evidence) =>
      `The newest messages that the device missed are cut off: it got the first ones, and not the last.${readsOldest(evidence) ? ' COUNT counts from the oldest one on.' : ''}`,
    lookAt: (evidence) =>
      `TODO(4) in history.ts: missedBy()${readsOldest(evidence) ? '' : ', and from which end it takes 50 messages'}`,
    requires: (evidence) => misses(evidence, /^missed/) && lacksNewest(evidence),
  },
  {
    id: 's10-part-of-missed',
    likely: (evidence) =>
      `The device gets a part of what it missed: not "${textOf(evidence)}", which is in the history with ${senderOf(evidence)}.`,
    lookAt:
      'TODO(4) in history.ts: missedBy() reads all conversations of the user, also that of notes to oneself, each from lastId on',
    requires: (evidence) =>
      misses(evidence, /^(missed|stored)/) &&
      othersOf(evidence, isFromHistory).length > 0 &&
      !lacksNewest(evidence),
  },
  {
    id: 's10-not-back-after-outage',
    likely: (evidence) => {
      const { fact, app } = evidence
      if (fact.kind !== 'event-missing' || !fact.connected)
        return 'Redis was offline when the device connected, and your program ended its connection in a way after which a device does not connect again.'
      const found = readWith(evidence)
      return `Redis was offline when the device connected. Now it is back, the device is still connected, and ${app?.name} does not ${found ? `send it what it missed, with which Redis has answered ${found.name}` : 'read what it missed'}.`
    },
    lookAt: (evidence) =>
      readWith(evidence)
        ? `${catches}: what is sent to the device when missedBy() has returned it, and as which event`
        : `${catches}, the catch; socket.conn.close() looks like a lost connection, after which a device connects again, socket.disconnect() like a decision`,
    shows: (evidence) => [readWith(evidence)],
    requires: failed('after-outage'),
  },
  {
    id: 's10-live-lost',
    likely: (evidence) =>
      readWith(evidence)
        ? 'A message that arrives while the history is read is lost: the history that was read has it, and it was not sent to the device.'
        : 'A message that arrives while the history is read is lost: it came too late for the history, and was not kept for the device, or not sent afterwards.',
    lookAt: `${catches}; live messages have to wait, from before the read on, and what waits when the read is over is sent`,
    requires: (evidence) => misses(evidence, /^live/),
  },
  {
    id: 's10-first-connection-waits',
    likely: ({ app }) =>
      `${app?.name} sends live messages to a device that connects with a lastId, and none to one that connects without. Such a device has nothing to wait for, so its live messages are sent at once.`,
    lookAt: `${catches}: catchUp(), which returns for a first connection before \`waiting\` is set, and deliver()`,
    shows: (evidence) => liveOnes(evidence).slice(0, 2),
    requires: ({ fact }) =>
      fact.kind === 'event-missing' &&
      fact.expectation === 'delivered' &&
      fact.connected &&
      (fact.reached ?? []).length > 0,
  },
  {
    id: 's10-waits-forever',
    likely: (evidence) =>
      `Redis sends "${textOf(evidence)}" to ${evidence.app?.name} when the device has received caughtUp, and the device does not get it. After a catch-up live messages are sent at once.`,
    lookAt: `${catches}: deliver(), where a message waits while socket.data.waiting is set, and only those from the history are left out; and whether the device is in socketsState`,
    shows: (evidence) => liveOnes(evidence).slice(0, 1),
    requires: (evidence) =>
      misses(evidence, /^after/) &&
      lastEvent(evidence) === 'caughtUp' &&
      liveOnes(evidence).length > 0,
  },
  {
    id: 's10-nothing-after-read',
    likely: (evidence) =>
      `Redis answered ${readOfMissed(evidence)?.name} with what the device missed, and the device got nothing after it: no message and no caughtUp.`,
    lookAt: `${catches}: what follows missedBy(). Does it wait for something that never happens, such as a lock that catchUp() itself holds? Is an error caught, and not printed?`,
    shows: (evidence) => [readOfMissed(evidence), ...liveOnes(evidence).slice(0, 1)],
    requires: (evidence) =>
      misses(evidence, /^after/) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.fact.connected &&
      evidence.fact.last === undefined &&
      readOfMissed(evidence) !== undefined,
  },
  {
    id: 's10-catch-up-never-ends',
    likely:
      'catchUp() never ends: no caughtUp follows, and the instance answers no request any more. While `waiting` is set, deliver() adds to it, so a loop over it that calls deliver() has no end.',
    lookAt: `${catches}: stop waiting before you deliver what waited`,
    shows: (evidence) => [lastRead(evidence), ...liveSince(evidence, lastRead(evidence))],
    requires: (evidence) =>
      misses(evidence, /^after/) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.fact.unanswered !== undefined &&
      lastEvent(evidence) === 'messageSent' &&
      !(evidence.app && crashed(evidence.app)),
  },
  {
    id: 's10-delivered-twice',
    likely:
      'A message that is both in the history and live reaches the device twice. Both have the same id.',
    lookAt: `${catches}; live messages wait until the history is sent, from before the first \`await\` on, and those with an id from the history are left out: socket.data.caughtUp has these ids before you deliver what waited`,
    shows: (evidence) => [readWith(evidence), ...liveOnes(evidence)],
    requires: ({ fact }) =>
      fact.kind === 'event-repeated' && fact.expectation === 'caught-up' && fact.seen > 1,
  },
  {
    id: 's10-last-again',
    likely:
      'The device gets the message with lastId once more. It wants those that are newer: the start of the range is exclusive.',
    lookAt: 'TODO(4) in history.ts: missedBy()',
    requires: (evidence) =>
      failed('caught-up-extra')(evidence) && isLastOne(evidence) && wasRead(evidence),
  },
  {
    id: 's10-older-again',
    likely:
      'The device gets a message from the history that is older than the one with its lastId. It has that already.',
    lookAt: 'TODO(4) in history.ts: missedBy() reads from lastId on',
    requires: (evidence) =>
      failed('caught-up-extra')(evidence) && !isLastOne(evidence) && wasRead(evidence),
  },
  {
    id: 's10-waiting-again',
    likely:
      'The device gets a live message again that came before it connected, and that this read of the history does not contain. What waits is not emptied, or is shared by all devices.',
    lookAt: `${catches}; each catchUp() begins with an empty list of its own`,
    requires: (evidence) => failed('caught-up-extra')(evidence) && !wasRead(evidence),
  },
  {
    id: 's10-live-overtakes',
    likely:
      'A live message overtakes older ones: the device gets it while the history is still being read.',
    lookAt: `${catches}; live messages have to wait until the history is sent`,
    requires: failed('caught-up-order'),
  },
  {
    id: 's10-not-in-order-of-ids',
    likely:
      'The device gets what it missed one conversation after the other. The last message that it has is then not the latest, and it gets some again when it reconnects.',
    lookAt: 'TODO(4) in history.ts: missedBy() sorts all by id',
    requires: failed('order-of-ids'),
  },
  {
    id: 's10-ids-as-text',
    likely:
      'You sort ids as text: "…-10" comes before "…-9" then. Messages of one millisecond arrive in the wrong order.',
    lookAt: 'TODO(4) in history.ts: missedBy() compares the numbers in the ids',
    requires: ({ fact }) =>
      fact.kind === 'event-order' &&
      fact.expectation === 'order-in-a-moment' &&
      fact.received.length === fact.expected.length &&
      isOrderOfText(fact),
  },
  {
    id: 's10-ids-by-milliseconds',
    likely:
      'You compare ids by their milliseconds alone, the number before the "-". Messages of one millisecond arrive one conversation after the other.',
    lookAt:
      'TODO(4) in history.ts: missedBy() compares the number after the "-", too. parseInt() and parseFloat() stop before it',
    shows: (evidence) => [lastRead(evidence)],
    requires: ({ fact }) =>
      fact.kind === 'event-order' &&
      fact.expectation === 'order-in-a-moment' &&
      fact.received.length === fact.expected.length &&
      isOrderOfConversations(fact),
  },
]

// The texts that the device has received instead of the missing one.
function othersOf({ fact }: Evidence, fits: (text: string) => boolean): readonly string[] {
  return fact.kind === 'event-missing' ? (fact.others ?? []).filter(fits) : []
}

function isFromHistory(text: string): boolean {
  return /^(missed|stored)/.test(text)
}

// Who wrote the missing message.
function senderOf(evidence: Evidence): string {
  const of = / of (\w+)\.$/.exec(textOf(evidence))?.[1]
  const { fact } = evidence
  const [envelope] = fact.kind === 'event-missing' && Array.isArray(fact.args) ? fact.args : []
  return of ?? String(fieldsOf(fieldsOf(envelope)['args'])['from'] ?? 'another user')
}

// It got several of this sender, all of them older than the missing one.
function lacksNewest(evidence: Evidence): boolean {
  const same = othersOf(evidence, (text) => text.endsWith(` of ${senderOf(evidence)}.`))
  return same.length > 1 && same.every((text) => numberIn(text) < numberIn(textOf(evidence)))
}

function numberIn(text: string): number {
  return Number(/^missed (\d+) of /.exec(text)?.[1])
}

// The name of the latest event in the chat's envelope.
function lastEvent({ fact }: Evidence): unknown {
  return fact.kind === 'event-missing' ? fieldsOf(fact.last?.args[0])['event'] : undefined
}

// The message with lastId: the last one that the device got before it left.
function isLastOne(evidence: Evidence): boolean {
  return /^(before|after)/.test(textOf(evidence))
}

// The first messages that Redis has sent to the instance of the device since this read.
function liveSince({ app }: Evidence, read: CommandEvent | undefined) {
  const all = app && read ? receivedMessages(app, 'messageSent') : []
  return all.filter(({ seq }) => seq > (read?.seq ?? 0)).slice(0, 2)
}

// The last read that found the message.
function readWith(evidence: Evidence): CommandEvent | undefined {
  const { app } = evidence
  return app && commands(app).findLast(({ reply }) => isIn(reply, textOf(evidence)))
}

// The last read that found what a device missed.
function readOfMissed({ app }: Evidence): CommandEvent | undefined {
  return (
    app &&
    commands(app).findLast(
      ({ name, reply }) => name !== 'EVAL' && /"text":"missed /.test(inspectAll(reply)),
    )
  )
}

function isIn(reply: unknown, text: string): boolean {
  return inspectAll(reply).includes(`"text":"${text}"`)
}

// Whether the message was in the answer to a read that began when it had been delivered live.
function wasRead(evidence: Evidence): boolean {
  const { app } = evidence
  if (!app) return false
  const text = textOf(evidence)
  const live = receivedMessages(app, text).at(-1)?.seq ?? 0
  return commands(app).some(({ seq, reply }) => seq > live && isIn(reply, text))
}

function inspectAll(reply: unknown): string {
  const options = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity }
  return inspect(reply, options).replaceAll('\\', '')
}

// The first id ends with 9, the others with 10 and more: those stand in front of it, in order.
function isOrderOfText({ expected, received }: EventOrder): boolean {
  const [first, ...others] = expected
  return received.filter((text) => text !== first).join() === others.join()
}

// The two senders have written in turn.
function isOrderOfConversations({ expected, received }: EventOrder): boolean {
  const [graces, linuses] = [0, 1].map((of) => expected.filter((_, i) => i % 2 === of))
  const all = [...(graces ?? []), ...(linuses ?? [])]
  return [all, [...(linuses ?? []), ...(graces ?? [])]].some(
    (order) => received.join() === order.join(),
  )
}

// With a COUNT it read older messages, and not the one that the device misses.
function readsOldest(evidence: Evidence): boolean {
  const last = evidence.app && commands(evidence.app).findLast(isReadOfLater)
  const replied = inspect(last?.reply, { depth: Infinity, maxArrayLength: Infinity })
  return (
    last !== undefined &&
    last.args.some((arg) => arg.toUpperCase() === 'COUNT') &&
    /"text\W+missed \d+ of/.test(replied) &&
    !replied.includes(textOf(evidence))
  )
}

function isReadOfLater({ name }: CommandEvent): boolean {
  return name === 'XREAD' || name === 'XRANGE'
}

// Whether the instance of the device has sent a command that can be a read.
function hasRead({ app }: Evidence): boolean {
  return app !== undefined && commands(app).some((one) => !one.handshake && mayRead(one))
}

function misses(evidence: Evidence, text: RegExp): boolean {
  const { fact } = evidence
  const missing = fact.kind === 'event-missing' && fact.expectation === 'caught-up'
  return missing && text.test(textOf(evidence))
}
