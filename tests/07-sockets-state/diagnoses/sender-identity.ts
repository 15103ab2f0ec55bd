import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isAbout,
  receivedInstead,
  isMessage,
  isIntact,
  isUser,
} from './evidence-queries.ts'

// What the device claimed beside the fields of a message has arrived, too.
const passesOnClaims = receivedInstead((form) => 'sender' in form.args)

/** The user whose message it is. */
export const senderIdentity: Diagnosis[] = [
  {
    id: 's7-userid-from-payload',
    likely:
      'The sender is the user that the device claims to be. Only the token identifies the user.',
    lookAt: (evidence) =>
      passesOnClaims(evidence)
        ? 'what you pass on of the arguments: a `...args` after `from` overwrites it'
        : 'where `from` comes from: the message, the address, or the socket?',
    requires: all(
      isAbout('false-identity'),
      receivedInstead((form) => isMessage(form) && form.args['from'] === 'grace'),
    ),
  },
  {
    id: 's7-user-shared',
    likely:
      'One variable holds the user of all sockets, so it is always the last one. Use `socket.data`.',
    lookAt: 'where `onAuth` keeps the user',
    requires: (evidence) =>
      !isAbout('false-identity')(evidence) &&
      receivedInstead(
        (form, { from }) =>
          isIntact(form, evidence) && form.args['from'] !== from && isUser(form.args['from']),
      )(evidence),
  },
  {
    id: 's7-from-not-the-user',
    likely: '`from` is not the user: it is missing, or is a token or a socket id.',
    lookAt: 'what `onAuth` stores, and what `sendMessage` uses for `from`',
    requires: (evidence) =>
      receivedInstead((form) => isIntact(form, evidence) && !isUser(form.args['from']))(
        evidence,
      ),
  },
]
