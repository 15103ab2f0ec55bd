import { withMeaning } from './code-error.ts'
import type { Diagnosis } from './diagnosis.ts'
import {
  type AppEvidence,
  type Evidence,
  busyApp,
  callsItsRedis,
  commands,
  crashed,
  describeExit,
  relevantApps,
  unsettledAwaitCode,
  wasUp,
} from './evidence.ts'
import {
  type UncaughtError,
  endedByUncaughtError,
  firstCut,
  placeInPackage,
  placeOfThrow,
  printedStack,
  uncaughtError,
} from './evidence-queries.ts'

// How a program of any step starts, connects, prints and ends. `beforeStep` is asked before the
// step's own diagnoses: these leave no room for another reading. `afterStep` is asked when none of
// the step's own fits.

const beforeStep: Diagnosis[] = [
  {
    id: 'does-not-compile',
    likely: 'A typo, or an import of something that does not exist.',
    lookAt: 'the file and line named above',
    requires: ({ fact }) => fact.kind === 'compile-error',
  },
  {
    id: 'floods-its-output',
    explainsBusyThread: true,
    likely: 'A loop prints without waiting for anything.',
    lookAt: 'what repeats: a handler that calls itself, a `while`, a timer without a pause',
    requires: ({ apps }) => apps.some((app) => app.truncated || repeatsItself(app)),
  },
  {
    id: 'template-in-quotes',
    likely: (evidence) =>
      `You print "${templateInQuotes(evidence)}" letter by letter: \`\${…}\` means something between backticks alone, and not between quotes.`,
    lookAt: 'the quotes of that text',
    requires: (evidence) => templateInQuotes(evidence) !== undefined,
  },
  {
    id: 'missing-package',
    likely: 'Your program imports a package or a file that does not exist.',
    lookAt: 'the `import` lines; the packages of the workshop are in package.json',
    requires: (evidence) =>
      endedWith(evidence, /ERR_MODULE_NOT_FOUND|Cannot find (module|package)/),
  },
]

const afterStep: Diagnosis[] = [
  {
    id: 'never-waits',
    explainsBusyThread: true,
    likely: (evidence) =>
      `${busyApp(evidence)?.name} uses its processor all the time. While a loop or a long calculation runs, no message, reply or request is handled.`,
    lookAt:
      'each `while` and `for`: what ends it? A variable that only a handler changes stays as it is, since no handler runs before the loop has ended; an `await` of something that is there already changes nothing about that',
    requires: (evidence) => busyApp(evidence) !== undefined,
  },
  {
    id: 'leaves-children-behind',
    likely: 'Your program starts other processes and ends without stopping them.',
    lookAt: 'where it starts them; end them before it ends itself',
    // An error that ends it is the cause.
    requires: ({ apps }) =>
      apps.some((app) => (app.exit?.orphans.length ?? 0) > 0 && !endedByUncaughtError(app)),
  },
  {
    id: 'listens-elsewhere',
    likely:
      'Your program does not listen on its PORT. A PaaS gives each instance a port of its own, in the config var PORT.',
    lookAt: 'where it begins to listen',
    requires: ({ apps }) => apps.some(listensElsewhere),
  },
  {
    id: 'request-unanswered',
    uncertain: true,
    likely: ({ app }) => `${app?.name} accepted a request, and no code of it sends a response.`,
    lookAt:
      'was the app passed to `createServer()`? Does each way through the route, and what runs before it, end with a response or with `next()`? Is every client connected that they wait for?',
    requires: isRequestUnanswered,
  },
  {
    id: 'connects-elsewhere',
    likely:
      'Your program connects to another address than the one in its config var. A PaaS sets the address of its Redis there.',
    lookAt: 'where each client gets host and port: without them it connects to localhost:6379',
    requires: (evidence) =>
      relevantApps(evidence).some((app) => !callsItsRedis(app) || triesDefault(app)),
  },
  {
    id: 'closes-connections',
    uncertain: true,
    likely: ({ app, fact }) =>
      `${app?.name} closes the connection of ${fact.client}. If a \`catch\` does that, the error that it catches is the cause: print it.`,
    lookAt: 'where your program calls `disconnect()` or `close()` of a socket',
    requires: ({ app, fact }) =>
      fact.kind === 'event-missing' &&
      !fact.connected &&
      (fact.closed ?? 0) > 0 &&
      app !== undefined &&
      !app.exit &&
      !app.signalled &&
      !firstCut(app),
  },
  {
    id: 'throws',
    uncertain: true,
    likely: (evidence) =>
      `An error that no code caught ended the program: ${withMeaning(thrown(evidence)?.message ?? 'it is shown below')}`,
    lookAt: (evidence) =>
      placeOf(thrown(evidence)) ??
      'the calls that are neither awaited in a `try` nor followed by `.catch()`, and every `throw` in a callback, which no code around it catches',
    requires: (evidence) =>
      relevantApps(evidence).some(
        (app) => endedByUncaughtError(app) || (crashed(app) && printedStack(app)),
      ),
  },
  {
    id: 'awaits-forever',
    likely: (evidence) =>
      `${awaitsForever(evidence)?.name} ended with exit code ${unsettledAwaitCode}, which Node.js gives a program that waits with \`await\` for something that cannot come any more.`,
    lookAt:
      'each `await` that runs at the start: was what it waits for begun? A client needs connect() before other calls',
    requires: (evidence) => awaitsForever(evidence) !== undefined,
  },
  {
    id: 'gives-up',
    uncertain: true,
    likely: (evidence) => {
      const { name, exit, line } = gaveUp(evidence) ?? {}
      const after = line
        ? `, after it had printed "${line.slice(0, 160)}"`
        : ', and printed nothing'
      return `${name} ended itself with ${exit && describeExit(exit)}${after}.`
    },
    lookAt: 'what leads to that line, and to `process.exit()`',
    requires: (evidence) => gaveUp(evidence) !== undefined,
  },
  {
    id: 'does-nothing',
    uncertain: true,
    likely: 'Your program ended without a single command to Redis.',
    lookAt: ({ openTodos: [todo] }) => todo ?? 'what should still happen before it ends',
    requires: (evidence) =>
      relevantApps(evidence).some(isIdle) &&
      relevantApps(evidence).every((app) => app.exit && !crashed(app)),
  },
  {
    id: 'ends-unasked',
    likely: ({ app }) =>
      `${app?.name} ended itself with exit code 0, and no signal had asked it to. An instance runs until it is stopped.`,
    lookAt: (evidence) => endsUnasked(evidence),
    requires: ({ app }) =>
      app !== undefined && wasUp(app) && app.exit?.code === 0 && !app.signalled,
  },
  {
    id: 'sends-nothing',
    uncertain: true,
    likely: 'Your program runs, and sends no command to Redis.',
    lookAt: ({ openTodos: [todo] }) => todo ?? 'what it waits for before it sends anything',
    requires: (evidence) =>
      relevantApps(evidence).some(isIdle) && relevantApps(evidence).some(({ exit }) => !exit),
  },
  {
    id: 'never-ends',
    likely:
      'Something keeps the program alive: an open connection, a server, a timer. Node ends when nothing is left to wait for.',
    lookAt: 'what was opened and not closed',
    requires: ({ fact }) => fact.kind === 'exit-missing',
  },
]

// A time limit for the shutdown that begins at the start of the program is the usual cause.
function endsUnasked({ app }: Evidence): string {
  const limit = app?.signalHandlers.includes('SIGTERM')
    ? 'a time limit for the shutdown starts in the listener for SIGTERM, not outside of it'
    : 'which of them can run without a signal?'
  return `every \`process.exit()\` and \`close()\`, and what starts them: ${limit}`
}

/** The diagnoses of the process itself, in two parts. */
export const processDiagnoses = { beforeStep, afterStep }

// Whether it listens, or wanted to listen, on another port than the one it was given.
function listensElsewhere({ env, listening, lines }: AppEvidence): boolean {
  // Its own port is kept free for it, so whatever is taken is another one.
  const taken = lines.some(({ text }) => text.includes('EADDRINUSE'))
  return taken || (listening.length > 0 && !listening.includes(Number(env['PORT'])))
}

// One of its clients was given no address, and takes the default of all clients.
function triesDefault({ connectAttempts, redis }: AppEvidence): boolean {
  const defaultPort = 6379
  return redis.port !== defaultPort && connectAttempts.some(({ port }) => port === defaultPort)
}

// It listens, and is not waiting for Redis.
function isRequestUnanswered({ app, fact }: Evidence): boolean {
  if (!app || app.exit || !app.listening.includes(Number(app.env['PORT']))) return false
  const isMissing =
    fact.kind === 'port-missing' || (fact.kind === 'http-missing' && fact.reason === 'timeout')
  return isMissing && commands(app).every(({ reply }) => reply !== undefined)
}

// Whether it never sent a command to Redis, and does nothing else: not all steps have a Redis.
function isIdle({ wire, listening }: AppEvidence): boolean {
  return listening.length === 0 && !wire.some(({ kind }) => kind === 'command')
}

// A line whose fixed parts belong to the missing one.
function templateInQuotes({ app, fact }: Evidence): string | undefined {
  const place = /\$\{[^}]*\}/
  const fits = (text: string) =>
    fact.kind === 'cause-line' ||
    (fact.kind === 'output-missing' &&
      text.split(place).every((part) => fact.text.includes(part.trim())))
  // Node shows the code of an error that ends a program, which can have backticks.
  const isIt = (text: string) => place.test(text) && !text.includes('`') && fits(text)
  return app?.lines
    .find(({ text }) => isIt(text))
    ?.text.trim()
    .slice(0, 80)
}

// A loop that never waits fills the pipe, and then not even that goes on: nothing else of it either.
function repeatsItself({ lines, wire }: AppEvidence): boolean {
  const latest = lines.slice(-100)
  const [first] = latest
  const isSame = latest.length === 100 && latest.every(({ text }) => text === first?.text)
  return isSame && !wire.some(({ seq }) => seq > (first?.seq ?? 0))
}

function awaitsForever(evidence: Evidence): AppEvidence | undefined {
  return relevantApps(evidence).find(
    (app) => crashed(app) && app.exit?.code === unsettledAwaitCode,
  )
}

// The first app that ended itself with an error, and its last line.
function gaveUp(evidence: Evidence) {
  const app = relevantApps(evidence).find(crashed)
  return app && { ...app, line: app.lines.findLast(({ text }) => text.trim())?.text.trim() }
}

function thrown(evidence: Evidence): UncaughtError | undefined {
  return relevantApps(evidence)
    .map((app) => uncaughtError(app))
    .find((error) => error !== undefined)
}

const missingExport = /The requested module '(.+)' does not provide an export named '(.+)'/

function placeOf(error: UncaughtError | undefined): string | undefined {
  const { message = '', frame, caller } = error ?? {}
  const [, module, name] = missingExport.exec(message) ?? []
  if (module)
    return `the lines that import \`${name}\` from ${module.replace(/(\.ts)\.mjs$/, '$1')}, or pass it on: is it the right name, and a value? A type is passed on with \`export type\``
  // The cure of a mistake in the code is not to catch it.
  if (/^(Type|Reference|Range)Error\b/.test(message))
    return frame ? placeOfThrow({ frame, caller }) : placeInPackage(message)
  return caller
    ? `${caller}, which leads to ${frame}, and every call of that function: one of them is not awaited in a \`try\`, and has no \`.catch()\``
    : frame
}

function endedWith({ apps }: Evidence, pattern: RegExp): boolean {
  return apps.some((app) => crashed(app) && app.lines.some(({ text }) => pattern.test(text)))
}
