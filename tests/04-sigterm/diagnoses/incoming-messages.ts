import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { moans, of, says } from './earlier-queries.ts'
import { inIndex, reading } from './edits.ts'
import { lines } from './evidence-queries.ts'

/** What it makes of messages: farewells of others, and nonsense. */
export const readings: KnownMistake[] = [
  {
    id: 's4-stopped-in-other-words',
    likely:
      'it prints something about the farewell, but in other words. People, and other programs, look for lines that read alike.',
    lookAt: 'the line the handler prints; the goal has it word for word',
    matches: of(
      (me, { expected }) => isAboutStopped(expected) && says(me, /web\.2(?! started)/),
    ),
    programs: {
      'has stopped': inIndex(
        '`${announcement.instance} ${announcement.event}`',
        "`${announcement.instance} ${announcement.event}`.replace(/stop/, 'has stop')",
      ),
    },
  },
  {
    id: 's4-ignores-stopped',
    likely:
      'the farewell of another arrives, and is thrown away: it believes in "started" only.',
    lookAt: 'the condition that decides which messages are believed',
    matches: of(
      (me, { expected }) => isAboutStopped(expected) && lines(me, 'web.2 started') < 2,
    ),
    programs: {
      'only started': replaceIn('parse-announcement.ts', " && value.event !== 'stopped'", ''),
      stoped: replaceIn(
        'parse-announcement.ts',
        "value.event !== 'stopped'",
        "value.event !== 'stoped'",
      ),
    },
  },
  {
    id: 's4-event-not-read',
    likely:
      'it prints "started" whatever the message says: the word stands in the handler instead of coming from the message.',
    lookAt: 'what the handler prints',
    matches: of(
      (me, { expected }) => isAboutStopped(expected) && lines(me, 'web.2 started') > 1,
    ),
    programs: {
      'always started': inIndex(
        '`${announcement.instance} ${announcement.event}`',
        '`${announcement.instance} started`',
      ),
    },
  },
  {
    id: 's4-ends-on-nonsense',
    likely:
      'a message that makes no sense ends the program. Anybody can publish; that must not be enough to stop an instance.',
    lookAt: 'what happens when `JSON.parse()` throws, and who catches it',
    matches: of((me, { goal }) => isAboutNonsense(goal) && me.exit !== undefined),
    programs: {
      'process.exit()': inIndex('else console.warn(', 'else process.exit(1)\n  console.warn('),
      'a promise nobody catches': inIndex(
        'const announcement = parseAnnouncement(message)',
        'const announcement = parseAnnouncement(message)\n  if (!announcement) void Promise.reject(new Error(message))',
      ),
    },
  },
  {
    id: 's4-json-parse-throws',
    likely:
      'JSON.parse() throws, and so the handler does. The client reports an error of its own, and what came in the same packet is lost.',
    lookAt: 'where `JSON.parse()` is called: what if the text is no JSON?',
    matches: of(
      (me, { goal }) => isAboutNonsense(goal) && moans(me, /not valid JSON|JSON input/),
    ),
    programs: {
      'without try': reading(`  const value = JSON.parse(message)
  return value && value.instance && value.event ? value : undefined`),
      rethrows: reading(`  try {
    return JSON.parse(message)
  } catch (error) {
    console.warn('not JSON', message)
    throw error
  }`),
    },
  },
  {
    id: 's4-null-throws',
    likely:
      'null is valid JSON, and it has no fields: to ask it for one throws, and what came in the same packet is lost.',
    lookAt: 'what you ask of the value before you use its fields',
    matches: of(
      (me, { goal }) => isAboutNonsense(goal) && moans(me, /^(Uncaught )?TypeError\b/),
    ),
    programs: {
      'every object is believed': reading(`  let value
  try {
    value = JSON.parse(message)
  } catch {
    return undefined
  }
  return value.instance && value.event ? value : undefined`),
    },
  },
  {
    id: 's4-throws-on-nonsense',
    likely:
      'the handler throws at what it does not like. The client reports that as an error of its own, and what came in the same packet is lost.',
    lookAt: 'what happens to a message that is not believed; a line in the log is enough',
    matches: of(
      (me, { goal }) => isAboutNonsense(goal) && moans(me, /^(Uncaught )?\w*Error\b/),
    ),
    programs: {
      throws: inIndex('else console.warn(', 'else throw new Error('),
    },
  },
  {
    id: 's4-trusts-json',
    likely:
      'whatever is JSON is believed: 42 and {} are JSON too, but they have no instance and no event.',
    lookAt: 'what you ask of the value before you print its fields',
    matches: of((_, { received }) => /^it printed ".*undefined/.test(received)),
    programs: {
      'catches JSON.parse() only': reading(`  try {
    return JSON.parse(message) ?? undefined
  } catch {
    return undefined
  }`),
      'asks for the instance only': replaceIn(
        'parse-announcement.ts',
        "  if (!('event' in value)) return undefined\n  if (value.event !== 'started' && value.event !== 'stopped') return undefined\n",
        '',
      ),
    },
  },
  {
    id: 's4-ignores-silently',
    likely:
      'it ignores what it does not understand, and says nothing. Then nobody will ever find out who sends it.',
    lookAt: 'what happens to a message that is not believed',
    matches: of((_, { received }) => received === 'it says nothing about it'),
    programs: {
      'not a word': inIndex('  else console.warn(', '  if (!message) console.warn('),
    },
  },
]

function isAboutStopped(expected: string): boolean {
  return expected.endsWith('print "web.2 stopped"')
}

function isAboutNonsense(goal: string): boolean {
  return goal.startsWith('logs a malformed message')
}
