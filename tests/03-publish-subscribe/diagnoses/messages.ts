import {
  type AppEvidence,
  type Diagnosis,
  forApp,
  hasFields,
  parseJsonObject,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import { wrongAnnouncement } from '../../shared/announcement-queries.ts'

/** Messages that the other instances would not understand. */
export const messages: Diagnosis[] = [
  {
    id: 's3-non-string-message',
    explainsCodeError: true,
    likely:
      'You hand an object to publish(). Only text travels: JSON.stringify() makes text of it, and JSON.parse() an object again.',
    lookAt: 'the second argument of `publish()`',
    requires: forApp(
      (app) => stderrMatches(app, /arguments\[2\]"? must be/) || /\[object /.test(message(app)),
    ),
  },
  {
    id: 's3-double-encoded',
    likely:
      'You call JSON.stringify() twice: what arrives is text in quotes instead of an object.',
    lookAt: 'every `JSON.stringify()` on the way to `publish()`',
    requires: forApp((app) => typeof decoded(message(app)) === 'string'),
  },
  {
    id: 's3-plain-text',
    likely:
      'The message is plain text. The goal asks for JSON, so that no receiver has to guess which word is the instance and which the event.',
    lookAt: 'what you hand to `publish()`',
    requires: forApp(
      (app) =>
        message(app) !== '' &&
        decoded(message(app)) === undefined &&
        !/\[object /.test(message(app)),
    ),
  },
  {
    id: 's3-swapped-fields',
    likely: 'You swapped the values of instance and event.',
    lookAt: 'the object you make the message of',
    requires: forApp((app) =>
      hasFields(message(app), { instance: 'started', event: app.name }),
    ),
  },
  {
    id: 's3-instance-missing',
    likely:
      'The message does not name the instance. JSON.stringify() leaves out a field whose value is undefined.',
    lookAt: 'where the name of the instance comes from: which config var is it?',
    requires: forApp((app) => isStarted(app) && isNameless(app)),
  },
  {
    id: 's3-instance-not-from-dyno',
    likely:
      'The name in the message is not the one this instance was given. All instances run the same code, so they differ in their environment alone.',
    lookAt: 'where the name of the instance comes from: a PaaS puts it into DYNO',
    requires: forApp((app) => isStarted(app) && !isNameless(app)),
  },
  {
    id: 's3-event-spelled-differently',
    likely:
      'The event has another name than the goal. Programs compare names letter by letter.',
    lookAt: 'the value of `event`; the goal has it word for word',
    requires: forApp((app) => {
      const { instance, event } = parseJsonObject(message(app))
      return instance === app.name && typeof event === 'string'
    }),
  },
  {
    id: 's3-other-fields',
    likely:
      'The JSON has another shape than the goal: receivers look for two fields, instance and event, at the top.',
    lookAt: 'the object you make the message of, beside the one in the goal',
    requires: forApp((app) => {
      const value = decoded(message(app))
      const fields = parseJsonObject(message(app))
      return (
        value !== undefined &&
        typeof value !== 'string' &&
        !('event' in fields && ('instance' in fields || fields['event'] === 'started'))
      )
    }),
  },
]

function message(app: AppEvidence): string {
  return wrongAnnouncement(app) ?? ''
}

function isStarted(app: AppEvidence): boolean {
  return parseJsonObject(message(app))['event'] === 'started'
}

function isNameless(app: AppEvidence): boolean {
  const { instance } = parseJsonObject(message(app))
  return [undefined, null, '', 'undefined'].some((nothing) => nothing === instance)
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
