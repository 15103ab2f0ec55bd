import { type KnownMistake, hasFields, parseJsonObject } from '../../../workshop/check/suite.ts'
import { message } from './edits.ts'
import { moans, of, wrongMessage } from './evidence-queries.ts'

/** Wrong channels, and messages that the others would not understand. */
export const messages: KnownMistake[] = [
  {
    id: 's3-non-string-message',
    likely:
      'an object was handed to publish(). Only text travels: JSON.stringify() makes text of it, and JSON.parse() an object again.',
    lookAt: 'the second argument of `publish()`',
    matches: of((me) => moans(me, /arguments\[2\]"? must be/) || /\[object /.test(wrong(me))),
    programs: {
      'the object itself': message('announcement'),
      'the object in a template': message('`${announcement}`'),
    },
  },
  {
    id: 's3-double-encoded',
    likely:
      'the message went through JSON.stringify() twice: what arrives is text in quotes instead of an object.',
    lookAt: 'every `JSON.stringify()` on the way to `publish()`',
    matches: of((me) => Object.keys(parseJsonObject(String(decoded(wrong(me))))).length > 0),
    programs: {
      'stringify twice': message('JSON.stringify(JSON.stringify(announcement))'),
    },
  },
  {
    id: 's3-plain-text',
    likely:
      'the message is plain text. The others expect JSON, so that they need not guess which word is the instance and which the event.',
    lookAt: 'what you hand to `publish()`',
    matches: of((me) => wrong(me) !== '' && decoded(wrong(me)) === undefined),
    programs: {
      'a sentence': message('`${announcement.instance} started`'),
      'a single word': message("'started'"),
    },
  },
  {
    id: 's3-swapped-fields',
    likely: 'the right words in the wrong fields: instance and event have changed places.',
    lookAt: 'the object you make the message of',
    matches: of((me) => hasFields(wrong(me), { instance: 'started', event: me.name })),
    programs: {
      swapped: message('JSON.stringify({ instance: event, event: announcement.instance })'),
    },
  },
  {
    id: 's3-instance-missing',
    likely:
      'the message does not say who has started. A field whose value is undefined vanishes in JSON.stringify().',
    lookAt: 'where the name of the instance comes from: which config var is it?',
    matches: of((me) => isStarted(me) && isNameless(wrong(me))),
    programs: {
      'a variable of another name': message(
        'JSON.stringify({ instance: process.env.INSTANCE, event })',
      ),
      'no such field': message('JSON.stringify({ event })'),
    },
  },
  {
    id: 's3-instance-not-from-dyno',
    likely:
      'the name in the message is not the one this instance was given. All instances run the same code, so only the environment can tell them apart.',
    lookAt: 'where the name of the instance comes from: a PaaS puts it into DYNO',
    matches: of((me) => isStarted(me)),
    programs: {
      "the first one's name": message("JSON.stringify({ instance: 'web.1', event })"),
      'the process id': message('JSON.stringify({ instance: String(process.pid), event })'),
    },
  },
  {
    id: 's3-event-spelled-differently',
    likely:
      'the name of the event is not the one agreed on. Programs compare it letter by letter.',
    lookAt: 'the value of `event`; the goal has it word for word',
    matches: of(
      (me) =>
        parseJsonObject(wrong(me))['instance'] === me.name &&
        'event' in parseJsonObject(wrong(me)),
    ),
    programs: {
      'a capital': message("JSON.stringify({ ...announcement, event: 'Started' })"),
    },
  },
  {
    id: 's3-other-fields',
    likely:
      'the JSON has another shape than agreed on: the others look for two fields, instance and event, at the top.',
    lookAt: 'the object you make the message of, beside the one in the goal',
    matches: of((me) => wrong(me) !== ''),
    programs: {
      'other names': message('JSON.stringify({ name: announcement.instance, type: event })'),
      'one level too deep': message('JSON.stringify({ message: announcement })'),
    },
  },
]

type Program = Parameters<typeof wrongMessage>[0]

function wrong(me: Program): string {
  return wrongMessage(me) ?? ''
}

function isStarted(me: Program): boolean {
  return parseJsonObject(wrong(me))['event'] === 'started'
}

function isNameless(text: string): boolean {
  const { instance } = parseJsonObject(text)
  return [undefined, null, '', 'undefined'].some((nothing) => nothing === instance)
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
