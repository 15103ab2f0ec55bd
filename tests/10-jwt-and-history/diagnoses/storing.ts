import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  RespError,
  commands,
  receivedMessages,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import {
  hasReversedRange,
  isReadElsewhere,
  lastRead,
  repeatedOf,
  sharedKeys,
  storedText,
  withSameClientId,
} from './evidence-queries.ts'
import { keeping } from './keeping.ts'
import { storesOf } from '../helpers/storing.ts'
import { failed, fieldsOfFact, textOf } from '../../shared/failed-expectations.ts'

const stores = 'TODO(3) in history.ts: store()'
const sends = 'sendMessage() in handlers.ts'
const answers = 'TODO(3) in handlers.ts: sendMessage()'

/** What can be wrong when a message is stored. */
export const storing: Diagnosis[] = [
  {
    id: 's10-never-stored',
    likely:
      'The instance publishes the message and does not store it. Pub/sub keeps nothing: a device that is offline at that moment never gets it.',
    lookAt: stores,
    requires: failed('never-stored'),
  },
  {
    id: 's10-publish-before-store',
    likely:
      'You publish the message before Redis has stored it. If it cannot be stored, devices show a message that does not exist.',
    lookAt: stores,
    requires: ({ fact }) => fact.kind === 'command-out-of-order',
  },
  {
    id: 's10-early-ack',
    likely:
      'You acknowledge the message before Redis has stored it. The sender believes it is safe.',
    lookAt: `${answers}; an await is missing`,
    shows: ({ app }) => [app && commands(app).findLast(({ held, wasHeld }) => held || wasHeld)],
    requires: failed('early-ack'),
  },
  {
    id: 's10-published-again',
    likely: (evidence) => {
      const [pushes, publications] = repeatedOf(evidence)
      const isByBoth = pushes.length > publications.length && publications.length > 0
      return isByBoth
        ? 'The script publishes the message, and your program publishes it again.'
        : `The message is published ${pushes.length} times for the same user. Once is enough for all devices of a user.`
    },
    lookAt: `${stores}; STORE_AND_PUBLISH publishes for each user that it gets, so nothing else has to`,
    shows: (evidence) => {
      const stored = evidence.apps.flatMap((app) => storesOf(app, textOf(evidence)))
      return [...stored.slice(0, 1), ...repeatedOf(evidence).flat()]
    },
    requires: (evidence) =>
      failed('delivered-once')(evidence) && repeatedOf(evidence)[0].length > 1,
  },
  {
    id: 's10-note-twice',
    likely:
      'A message to oneself reaches a device twice: once for its sender and once for its receiver, who are the same user.',
    lookAt: `${stores}, the users for whom it is published; a Set holds each of them once`,
    shows: (evidence) => [
      ...evidence.apps.flatMap((app) => storesOf(app, textOf(evidence))),
      ...(evidence.app ? receivedMessages(evidence.app, textOf(evidence)) : []),
    ],
    requires: failed('to-oneself'),
  },
  {
    id: 's10-stored-by-receivers',
    likely:
      'Each instance that receives the publication stores the message. With four instances it is in the history four times.',
    lookAt: `${stores}; the instance that receives the message from the device stores it`,
    requires: (evidence) =>
      timesStored(evidence) > 1 && instancesThatStored(evidence) > 1 && !isRepeated(evidence),
  },
  {
    id: 's10-stored-per-user',
    likely:
      'The instance stores the message once for each of the two users in the same place, so it is in the history twice.',
    lookAt: stores,
    requires: (evidence) =>
      timesStored(evidence) > 1 && instancesThatStored(evidence) === 1 && !isRepeated(evidence),
  },
  {
    id: 's10-key-per-direction',
    likely: (evidence) => {
      const { args = [] } = lastRead(evidence) ?? {}
      return args.some((arg) => arg.includes('ada') && arg.includes('grace'))
        ? 'The key of the conversation depends on who wrote: what grace writes to ada is kept under another key than what ada writes to grace.'
        : `GET /history reads ${args[0]}, and the message is stored under another key.`
    },
    lookAt: 'conversation() in history.ts, and the two users that it is called with',
    requires: (evidence) =>
      timesStored(evidence) === 0 && isReadElsewhere(evidence) && !isOverwritten(evidence),
  },
  {
    id: 's10-range-reversed',
    likely: (evidence) => {
      const { name = '', args = [] } = lastRead(evidence) ?? {}
      const order =
        name === 'XREVRANGE'
          ? 'the end first, and then the start'
          : 'the start first, and then the end'
      return `${name} wants ${order}. You ask for the range from ${args[1]} to ${args[2]}, and Redis answers with no messages.`
    },
    lookAt: 'TODO(4) in history.ts: readHistory()',
    shows: (evidence) => [lastRead(evidence)],
    requires: (evidence) => timesStored(evidence) === 0 && hasReversedRange(lastRead(evidence)),
  },
  {
    id: 's10-read-modify-write',
    likely:
      'You read the whole history, add a message, and write it back. What another instance writes in between is lost.',
    lookAt: `${stores}; one command or script adds an entry`,
    requires: (evidence) =>
      (timesStored(evidence) === 0 && isOverwritten(evidence)) ||
      (Number(fieldsOfFact(evidence, 'history-complete')['lost']) > 0 &&
        evidence.apps.some((app) =>
          commands(app).some(
            ({ name, args }) => name === 'SET' && /text-\d+-/.test(args[1] ?? ''),
          ),
        )),
  },
  ...keeping,
  {
    id: 's10-reversed',
    likely: 'The history begins with the latest message. Readers begin with the oldest.',
    lookAt: 'TODO(4) in history.ts: readHistory(); XREVRANGE answers with the latest first',
    requires: (evidence) => fieldsOfFact(evidence, 'history-order')['reversed'] === true,
  },
  {
    id: 's10-never-trimmed',
    likely:
      'Redis keeps all messages forever; only reading is limited. Its memory fills up, and then it refuses every write.',
    lookAt: 'where a message is added: MAXLEN, LTRIM or ZREMRANGEBYRANK',
    requires: failed('history-trimmed'),
  },
  {
    id: 's10-ack-despite-error',
    likely:
      'Redis did not store the message, and you acknowledge it without an error. The sender does not send it again.',
    lookAt: `TODO(3): store() in history.ts has to reject then, and ${sends} to await and catch that. What a \`.catch()\` callback returns becomes the value of the \`await\`, and is not the answer of sendMessage()`,
    shows: ({ app }) => (app ? [commands(app).findLast(isRefused)] : []),
    requires: failed('not-stored'),
  },
  {
    id: 's10-refusal-not-caught',
    likely: ({ app }) =>
      `Redis refused to store the message, as the check lets it have no memory, and no code caught that error: it ended ${app?.name}.`,
    lookAt: `${answers}; catch the error and return { error: … }. A \`try\` catches the error of a promise only where it is awaited: \`await store(…)\`, or \`return await …\``,
    requires: ({ fact, app }) =>
      fact.kind === 'ack-missing' &&
      app !== undefined &&
      /^SimpleError: OOM|^OOM/.test(uncaughtError(app)?.message ?? ''),
  },
  {
    id: 's10-no-ack-on-error',
    likely:
      'When Redis does not store a message you do not acknowledge it at all. The sender waits.',
    lookAt: `${answers}; catch the error and return { error: … }`,
    requires: ({ fact, app }) => fact.kind === 'ack-missing' && app !== undefined && !app.exit,
  },
  {
    id: 's10-delivered-unstored',
    likely:
      'You publish a message that Redis did not store. Devices show it, and the history does not have it.',
    lookAt: stores,
    requires: failed('not-stored-delivered'),
  },
  {
    id: 's10-no-dedupe',
    likely:
      'A message that is sent again with the same clientId is stored again. A sender whose acknowledgement was lost sends it again.',
    lookAt: stores,
    requires: (evidence) => isRepeated(evidence) && !storedText(evidence).includes('at once'),
  },
  {
    id: 's10-dedupe-race',
    likely:
      'You look for the clientId first and store the message afterwards. Two instances can both find nothing, and both store it.',
    lookAt: `${stores}; look and store in one step: a script, ZADD NX, or SET NX before`,
    requires: (evidence) => isRepeated(evidence) && storedText(evidence).includes('at once'),
  },
  {
    id: 's10-text-as-client-id',
    likely:
      'You recognize a message that is sent again by its text. Two messages may have the same text; only the clientId differs.',
    lookAt: stores,
    requires: failed('stored-each'),
  },
  {
    id: 's10-client-id-of-all-users',
    likely:
      'You recognize a message that is sent again without its sender. A clientId is unique per user only: when two users choose the same one, the second message is acknowledged and lost.',
    lookAt: (evidence) => {
      const [key] = sharedKeys(evidence)
      return `${stores}: the key for the clientId must contain the sender${key ? `. Here both messages have the key ${key}` : ''}`
    },
    shows: (evidence) => {
      const both = withSameClientId(evidence)
      return both.length > 1 ? both : []
    },
    requires: (evidence) => fieldsOfFact(evidence, 'stored-for-each-user')['seen'] === 0,
  },
  {
    id: 's10-known-before-stored',
    likely:
      'You remember the clientId before the message is stored. When storing fails and the message is sent again, you acknowledge it and do not store it.',
    lookAt: `${answers}, and ${stores}: remember a clientId only when its message is stored`,
    requires: failedOnlyOnce,
  },
]

// Redis refused the message, and the repetition, acknowledged without an error, was not stored.
function failedOnlyOnce(evidence: Evidence): boolean {
  const tries = evidence.apps.flatMap((app) => storesOf(app, textOf(evidence)))
  return failed('delivered-again')(evidence) && tries.length > 0 && tries.every(isRefused)
}

function isRefused({ reply }: CommandEvent): boolean {
  return reply instanceof RespError
}

function timesStored(evidence: Evidence): number {
  const { seen } = fieldsOfFact(evidence, 'stored-once')
  return typeof seen === 'number' ? seen : NaN
}

function isRepeated(evidence: Evidence): boolean {
  const text = storedText(evidence)
  return timesStored(evidence) > 1 && /^(sent|while) /.test(text)
}

// A list that was written as a whole, with the message in it.
function isOverwritten(evidence: Evidence): boolean {
  return evidence.apps.some((app) =>
    storesOf(app, storedText(evidence)).some(
      ({ name, args }) => name === 'SET' && args[1]?.startsWith('['),
    ),
  )
}

function instancesThatStored(evidence: Evidence): number {
  const text = storedText(evidence)
  return evidence.apps.filter((app) => storesOf(app, text).length > 0).length
}
