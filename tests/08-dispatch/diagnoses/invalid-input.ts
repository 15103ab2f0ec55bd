import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  type PushEvent,
  parseJsonObject,
  receivedMessages,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import {
  type Delivery,
  crashedApps,
  crashedWith,
  missed,
  reachedApp,
} from './evidence-queries.ts'

const inherited = /is not iterable|is not a function/

/** What does a message do that was not expected? */
export const invalidInput: Diagnosis[] = [
  {
    id: 's8-user-without-device',
    likely:
      'A message for a user without a device on this instance ends your program. That is the usual case.',
    lookAt: 'what is done for a user without sockets here',
    requires: (evidence) => {
      const fact = missed(evidence, 'across-instances')
      // One that fails at every message fails at those for a user who is here as well.
      const apps = crashedApps(evidence)
      return (
        fact !== undefined &&
        apps.length > 0 &&
        apps.every(
          (app) =>
            /is not iterable|of undefined|of null/.test(uncaughtError(app)?.message ?? '') &&
            receivedForAbsentUser(app, fact),
        )
      )
    },
  },
  {
    id: 's8-inherited-names',
    likely:
      'A message to `__proto__` or `constructor` ends your program: a plain object inherits these names. Use a Map.',
    lookAt: 'where the sockets of a user are looked up',
    requires: (evidence) =>
      (missed(evidence, 'after-invalid-event') ?? missedAfterInvalidMessage(evidence)) !==
        undefined && crashedWith(evidence, inherited),
  },
  {
    id: 's8-malformed-from-a-device',
    likely: 'An invalid message from a device ends an instance.',
    lookAt: 'what is done with the fields of a message before they are validated',
    requires: (evidence) =>
      missed(evidence, 'after-invalid-event') !== undefined &&
      crashedApps(evidence).length > 0 &&
      !crashedWith(evidence, inherited),
  },
  {
    id: 's8-throws-on-malformed',
    likely: (evidence) =>
      crashedApps(evidence).length > 0
        ? `${malformedOf(evidence)} makes your handler throw, which ends the program.`
        : 'A valid message is lost that came together with messages that are not {event, id, args}.',
    lookAt: (evidence) => {
      const frame = crashedApps(evidence).map((app) => uncaughtError(app)?.frame)[0]
      return `where a received message is validated, and what is done with it before${frame ? `: ${frame}` : ''}; log a malformed one, and return`
    },
    shows: (evidence) => passedToHandler(evidence).slice(0, 6),
    requires: (evidence) =>
      missedAfterInvalidMessage(evidence) !== undefined &&
      !crashedWith(evidence, inherited) &&
      !endsItself(evidence),
  },
  {
    id: 's8-ends-on-malformed',
    likely:
      'Your program ends itself when malformed messages arrive. No uncaught error ended it.',
    lookAt:
      "the 'error' listener of the bus, which node-redis-pubsub also calls for a message that is not JSON, and each `catch` on the way of a message: print the error and go on",
    shows: (evidence) => malformedMessages(evidence).slice(0, 6),
    requires: (evidence) =>
      missedAfterInvalidMessage(evidence) !== undefined && endsItself(evidence),
  },
]

// What an async handler throws ends the program when it has delivered what came with the message.
function missedAfterInvalidMessage(evidence: Evidence): Delivery | undefined {
  const next = missed(evidence, 'offline-user')
  const isBefore = crashedApps(evidence).some(
    ({ name }) => next && !reachedApp(evidence, name, next),
  )
  return missed(evidence, 'after-invalid-message') ?? (isBefore ? next : undefined)
}

// Without an error that no code caught.
function endsItself(evidence: Evidence): boolean {
  return crashedApps(evidence).some((app) => !uncaughtError(app))
}

// What Redis sent to an app that an error ended.
function malformedMessages(evidence: Evidence): PushEvent[] {
  const [app] = crashedApps(evidence)
  return app ? receivedMessages(app).filter(isMalformed) : []
}

// The message that the error quotes, or any.
function malformedOf(evidence: Evidence): string {
  const [first, ...others] = passedToHandler(evidence)
  return first && others.length === 0
    ? `The published message \`${first.args.at(-1)}\`, which is not {event, id, args},`
    : 'A published message that is not {event, id, args}'
}

// Those of them that node-redis-pubsub passes to the handler: the one that the error quotes, if any.
function passedToHandler(evidence: Evidence): PushEvent[] {
  const [app] = crashedApps(evidence)
  const { message = '' } = (app && uncaughtError(app)) ?? {}
  const all = malformedMessages(evidence).filter(isJson)
  const quoted = all.filter(({ args }) => message.includes(String(args.at(-1))))
  return quoted.length > 0 ? quoted : all
}

function isMalformed({ args }: PushEvent): boolean {
  const { event, id, args: inner } = parseJsonObject(args.at(-1) ?? '')
  return typeof event !== 'string' || typeof id !== 'string' || typeof inner !== 'object'
}

function isJson({ args }: PushEvent): boolean {
  return /^([[{"\d]|null$)/.test(args.at(-1) ?? '')
}

function receivedForAbsentUser(app: AppEvidence, { deliveries }: Delivery): boolean {
  const isHere = (user: string) =>
    deliveries.some((one) => one.app === app.name && one.client.startsWith(`${user}'`))
  return ['ada', 'grace', 'linus'].some(
    (user) => !isHere(user) && receivedMessages(app, `"id":"${user}"`).length > 0,
  )
}
