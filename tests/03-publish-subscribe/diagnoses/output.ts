import {
  type AppEvidence,
  type Diagnosis,
  closedConnections,
  countReceived,
  forApp,
  isAlmostPrinted,
  receivedMessages,
  stderrMatches,
  stdoutMatches,
} from '../../../workshop/check/suite.ts'
import {
  aboutOutput,
  inventedInstances,
  leavesOut,
  printsOthers,
  timesPrinted,
} from '../../shared/announcement-queries.ts'

/** A message was delivered, and what should be printed is not. */
export const output: Diagnosis[] = aboutOutput([
  {
    id: 's3-prints-raw-message',
    likely: ({ app }) =>
      app && stdoutMatches(app, /^\{\s*instance:/)
        ? 'You print the object that JSON.parse() returns. Print its fields: "web.1 started".'
        : 'You print the message as it came, which is JSON. Print "web.1 started".',
    lookAt: 'what the handler does between receiving and printing',
    requires: forApp((app) => printsRaw(app) && leavesOut(app)),
  },
  {
    id: 's3-prints-undefined',
    likely:
      'You print undefined: what you read the field from is still text, or an object without a field of that name.',
    lookAt: 'the names of the fields from the message to the line, and `JSON.parse()`',
    requires: forApp((app) => stdoutMatches(app, /\bundefined\b/) && leavesOut(app)),
  },
  {
    id: 's3-handler-throws',
    likely: 'Your handler throws when a message arrives, before it has printed anything.',
    lookAt: 'the error below, and the line of the handler it names',
    requires: forApp((app) => throwsOnMessage(app) && leavesOut(app)),
    sameCauseAs: ['s3-listener-args-swapped'],
  },
  {
    id: 's3-prints-only-own',
    likely: 'Your program prints its own messages and leaves out those of other instances.',
    lookAt: 'the condition in the handler',
    requires: forApp(
      (app) =>
        leavesOut(app) &&
        !printsOthers(app) &&
        timesPrinted(app, app.name) > 1 &&
        timesPrinted(app, app.name) <= countReceived(app, app.name),
    ),
  },
  {
    id: 's3-handles-only-first',
    likely: 'Your handler prints the first message and none after it.',
    lookAt: 'what happens after the first message: a flag, a promise that is used up?',
    requires: forApp(
      (app) =>
        leavesOut(app) &&
        !printsOthers(app) &&
        timesPrinted(app, app.name) === 1 &&
        closedConnections(app).length === 0,
    ),
  },
  {
    id: 's3-prints-other-words',
    likely: 'You print the name of the instance, and not the line of the goal.',
    lookAt: 'the line the handler prints; the goal has it word for word',
    requires: forApp(
      (app) =>
        leavesOut(app) &&
        printsName(app) &&
        !printsOthers(app) &&
        !printsRaw(app) &&
        !isAlmostPrinted(app, `${app.name} started`) &&
        !printsNoText(app) &&
        timesPrinted(app, app.name) === 0,
    ),
  },
  {
    id: 's3-prints-nothing',
    likely: 'The message arrives, and your handler has printed nothing.',
    lookAt:
      'the handler: is its print reached, or does an `await` or an `if` come first? Its parameters are the message, then the channel. Is it the function you gave to `subscribe()`?',
    requires: forApp(
      (app) =>
        countReceived(app) > 0 &&
        !app.exit &&
        closedConnections(app).length === 0 &&
        !stdoutMatches(app, /./) &&
        !stderrMatches(app, /Error/) &&
        leavesOut(app),
    ),
  },
])

function printsRaw(app: AppEvidence): boolean {
  return stdoutMatches(app, /^\{\s*"?instance"?\s*:/)
}

// No text: undefined, a promise, an object.
function printsNoText(app: AppEvidence): boolean {
  return stdoutMatches(app, /\bundefined\b|\[object \w+\]|^Promise \{/)
}

// An error was printed after the first message had come; not the one of a missing handler.
function throwsOnMessage(app: AppEvidence): boolean {
  const [message] = receivedMessages(app)
  return app.lines.some(
    ({ stream, seq, text }) =>
      stream === 'stderr' &&
      message !== undefined &&
      seq > message.seq &&
      /^(Uncaught )?(\w*Error)\b.*: (?!.*(listener is not a function|Socket already opened))/.test(
        text,
      ),
  )
}

function printsName(app: AppEvidence): boolean {
  return [app.name, ...inventedInstances(app)].some((name) =>
    app.lines.some(({ stream, text }) => stream === 'stdout' && text.includes(name)),
  )
}
