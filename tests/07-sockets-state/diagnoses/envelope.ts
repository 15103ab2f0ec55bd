import type { Diagnosis, Evidence } from '../../../workshop/check/suite.ts'
import {
  all,
  formInstead,
  isOrdinary,
  hasCrashed,
  stderr,
  retried,
  receivedInstead,
  isStringified,
  hasEnvelope,
  isMessage,
  messageOf,
} from './evidence-queries.ts'

/** The form in which messages come and go. */
export const envelopes: Diagnosis[] = [
  {
    id: 's7-wrong-envelope',
    likely:
      'You listen to an event called sendMessage. All messages come as one event, message, with {event, args}.',
    lookAt: 'the event name in `socket.on`',
    requires: retried('own-event'),
  },
  {
    id: 's7-two-arguments',
    likely:
      'The listener expects event and args as two arguments. They come in one object, {event, args}.',
    lookAt: 'the parameters of the `message` listener',
    requires: retried('two-arguments'),
  },
  {
    id: 's7-parses-an-object',
    likely: 'You parse the message as JSON. Socket.IO has already done that: it is an object.',
    lookAt: '`JSON.parse`',
    requires: (evidence) =>
      retried('json-text')(evidence) ||
      all(isOrdinary, hasCrashed, stderr(/not valid JSON|in JSON at|of JSON input/))(evidence),
  },
  {
    id: 's7-args-spread',
    likely: 'You treat args as a list. It is an object: {to, text}.',
    lookAt: 'how the handler gets its arguments',
    requires: (evidence) =>
      retried('list-of-args')(evidence) ||
      all(
        isOrdinary,
        hasCrashed,
        stderr(/iterable|Spread syntax|CreateListFromArrayLike/),
      )(evidence),
  },
  {
    id: 's7-stringifies',
    likely: 'The message is sent as a JSON string. Pass the object: Socket.IO converts it.',
    lookAt: 'what you pass to `emit`',
    requires: receivedInstead(isStringified),
  },
  {
    id: 's7-emits-without-envelope',
    likely:
      'The message is sent without its envelope. Devices expect one event, message, with {event, args}.',
    lookAt: "what you pass to `emit`: first 'message', then one object",
    requires: receivedInstead((form) => !isStringified(form) && !hasEnvelope(form)),
  },
  {
    id: 's7-args-in-a-list',
    likely: 'The args that you send are a list. Devices expect an object: {from, to, text}.',
    lookAt: 'what happens to `args` before they are sent',
    requires: receivedInstead(
      (form) => hasEnvelope(form) && Array.isArray(form.envelope['args']),
    ),
  },
  {
    id: 's7-other-event',
    likely: 'The envelope contains another event name than messageSent.',
    lookAt: 'the name of the event that is sent',
    requires: receivedInstead(
      (form) =>
        hasEnvelope(form) &&
        !Array.isArray(form.envelope['args']) &&
        form.envelope['event'] !== 'messageSent',
    ),
  },
  {
    id: 's7-text-changed',
    likely:
      'You change the text of a message. Pass it on as it is: the page that shows it escapes it.',
    lookAt: 'what happens to `text` before it is sent',
    requires: receivedInstead(
      (form, { from, to, text }) =>
        isMessage(form) &&
        form.args['from'] === from &&
        form.args['to'] === to &&
        typeof form.args['text'] === 'string' &&
        form.args['text'] !== text,
    ),
  },
  {
    id: 's7-other-fields',
    likely: (evidence) =>
      `The args of the message should be {from, to, text}, and ${otherField(evidence)}.`,
    lookAt: 'the object with these fields, and what each of them gets',
    requires: (evidence) => otherField(evidence) !== undefined,
  },
]

// What is wrong with the first field that is not as it should be; `from` has diagnoses of its own.
function otherField(evidence: Evidence): string | undefined {
  const form = formInstead(evidence)
  if (!form || !isMessage(form)) return undefined
  const { from, to } = form.args
  const wanted = messageOf(evidence.fact)['to']
  if (to !== undefined && to !== wanted)
    return from === wanted
      ? '`from` and `to` are swapped'
      : `\`to\` is ${JSON.stringify(to)} in place of ${JSON.stringify(wanted)}`
  const missing = ['to', 'text'].find((name) => form.args[name] === undefined)
  if (missing) return `\`${missing}\` is missing`
  return typeof form.args['text'] === 'string' ? undefined : '`text` is no string'
}
