import { type Evidence, type AppEvidence, relevantApps, crashed } from './evidence.ts'
import type { Diagnosis } from './known-mistake.ts'

// What can go wrong in every step. `first` is asked before the step's own mistakes: these
// leave no room for another reading. `last` is asked when none of the step's own fits.

const beforeStep: Diagnosis[] = [
  {
    id: 'does-not-compile',
    likely: 'a slip of the keyboard, or an import of something that is not there.',
    lookAt: 'the file and line named above',
    matches: ({ compileError }) => compileError !== undefined,
  },
  {
    id: 'floods-its-output',
    likely: 'a loop that prints without waiting for anything.',
    lookAt: 'what repeats: a handler that calls itself, a `while`, a timer without a pause',
    matches: ({ programs }) => programs.some((one) => one.flooded || repeatsItself(one)),
  },
  {
    id: 'leaves-children-behind',
    likely: 'the program starts other processes and ends without stopping them.',
    lookAt: 'where it starts them; end them before it ends itself',
    matches: ({ programs }) => programs.some(({ exit }) => (exit?.orphans.length ?? 0) > 0),
  },
  {
    id: 'missing-package',
    likely: 'the program imports a package or a file that is not there.',
    lookAt: 'the `import` lines; the packages of the workshop are in package.json',
    matches: (evidence) =>
      diedWith(evidence, /ERR_MODULE_NOT_FOUND|Cannot find (module|package)/),
  },
]

const afterStep: Diagnosis[] = [
  {
    id: 'listens-elsewhere',
    likely:
      'the port is written into the code. A PaaS tells each instance its own, through the config var PORT.',
    lookAt: 'where it begins to listen',
    matches: ({ programs }) => programs.some(listensElsewhere),
  },
  {
    id: 'dials-elsewhere',
    likely:
      'the address is written into the code. A PaaS tells each app where its Redis is, through a config var.',
    lookAt: 'where host and port come from',
    matches: (evidence) => relevantApps(evidence).some(dialsElsewhere),
  },
  {
    id: 'throws',
    likely: 'an error nobody caught ended the program; its own words are below.',
    lookAt: 'the first line of the stack that names your file',
    matches: (evidence) => relevantApps(evidence).some((one) => crashed(one) && hasStack(one)),
  },
  {
    id: 'gives-up',
    likely: 'the program itself decided to end here, and says why: its words are below.',
    lookAt: 'where it ends with an exit code other than 0, and what brings it there',
    matches: (evidence) => relevantApps(evidence).some(crashed),
  },
  {
    id: 'does-nothing',
    likely: 'the program ended without having spoken to Redis at all.',
    lookAt: 'the first TODO that is still open',
    matches: (evidence) =>
      relevantApps(evidence).some(isIdle) && relevantApps(evidence).every(({ exit }) => exit),
  },
  {
    id: 'never-speaks',
    likely: 'the program runs, but never sends anything to Redis.',
    lookAt: 'the first TODO that is still open',
    matches: (evidence) => relevantApps(evidence).some(isIdle),
  },
  {
    id: 'never-ends',
    likely:
      'something keeps the program alive: an open connection, a server, a timer. Node ends when nothing is left to wait for.',
    lookAt: 'what was opened and not closed',
    matches: ({ expected, received }) =>
      /to end/.test(expected) && /still running/.test(received),
  },
]

/** The diagnoses that belong to every step. */
export const commonDiagnoses = { first: beforeStep, last: afterStep }

/** One of them, so that a step can prove it with wrong programs of its own. */
export function commonDiagnosis(id: string): Diagnosis {
  const found = [...beforeStep, ...afterStep].find((diagnosis) => diagnosis.id === id)
  if (!found) throw new Error(`any-step.ts has no ${id}`)
  return found
}

/** Whether it tried to reach something other than the Redis it was told of. */
export function dialsElsewhere({ dialled, redis }: AppEvidence): boolean {
  return dialled.length > 0 && !dialled.some(({ port }) => port === redis.port)
}

/** Whether it listens, or wanted to listen, on another port than the one it was given. */
export function listensElsewhere({ env, listening, lines }: AppEvidence): boolean {
  // Its own port is kept free for it, so whatever is taken is another one.
  const taken = lines.some(({ text }) => text.includes('EADDRINUSE'))
  return taken || (listening.length > 0 && !listening.includes(Number(env['PORT'])))
}

/** Whether it never sent a command to Redis, and does nothing else: not all steps have a Redis. */
export function isIdle({ wire, listening }: AppEvidence): boolean {
  return listening.length === 0 && !wire.some(({ kind }) => kind === 'command')
}

// A loop that never waits fills the pipe, and then not even that goes on.
function repeatsItself({ lines }: AppEvidence): boolean {
  const latest = lines.slice(-100)
  return latest.length === 100 && new Set(latest.map(({ text }) => text)).size === 1
}

function hasStack({ lines }: AppEvidence): boolean {
  return lines.some(({ stream, text }) => stream === 'stderr' && /^\s+at \S/.test(text))
}

function diedWith({ programs }: Evidence, pattern: RegExp): boolean {
  return programs.some(
    (program) => crashed(program) && program.lines.some(({ text }) => pattern.test(text)),
  )
}
