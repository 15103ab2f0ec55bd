import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../workshop/check/suite.ts'
import { wrongPrograms as step3 } from '../03-publish-subscribe/wrong-programs.ts'
import { inIndex, onSigterm, reading } from './edits.ts'
import { shutdowns } from './wrong-programs/shutdowns.ts'
import { signals } from './wrong-programs/signals.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's4-before-exit'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...signals,
  ...shutdowns,

  's4-stopped-in-other-words': {
    'has stopped': inIndex(
      '`${announcement.instance} ${announcement.event}`',
      "`${announcement.instance} ${announcement.event}`.replace(/stop/, 'has stop')",
    ),
  },
  's4-ignores-stopped': {
    'only started': replaceIn('parse-announcement.ts', " && value.event !== 'stopped'", ''),
    stoped: replaceIn(
      'parse-announcement.ts',
      "value.event !== 'stopped'",
      "value.event !== 'stoped'",
    ),
  },
  's4-valid-refused': {
    'in asks for an index': replaceIn(
      'parse-announcement.ts',
      "if (value.event !== 'started' && value.event !== 'stopped')",
      "if (!(String(value.event) in ['started', 'stopped']))",
    ),
    'or in the place of and': replaceIn(
      'parse-announcement.ts',
      "value.event !== 'started' && value",
      "value.event !== 'started' || value",
    ),
    'web.1 to web.9': replaceIn(
      'parse-announcement.ts',
      "  if (!('event' in value))",
      "  if (!/^web\\.\\d$/.test(value.instance)) return undefined\n  if (!('event' in value))",
    ),
  },
  's4-only-known-instances': {
    'a list of those that have started': combine(
      replaceIn(
        'index.ts',
        'const announcement = parseAnnouncement(message)',
        `const announcement = parseAnnouncement(message)
  if (announcement?.event === 'started') known.add(announcement.instance)
  if (announcement && !known.has(announcement.instance)) return`,
      ),
      inIndex('try {', 'const known = new Set<string>()\n\ntry {'),
    ),
  },
  's4-json-as-text': {
    'a pattern for the whole message':
      reading(`  const pattern = /^{"instance":"(.+)","event":"(started|stopped)"}$/
  const [, instance, event] = message.match(pattern) ?? []
  return event && { instance, event }`),
    'the message in its own spelling again': replaceIn(
      'parse-announcement.ts',
      '  return { instance: value.instance, event: value.event }',
      `  const { instance, event } = value
  return JSON.stringify({ instance, event }) === message ? { instance, event } : undefined`,
    ),
  },
  's4-event-not-read': {
    'always started': inIndex(
      '`${announcement.instance} ${announcement.event}`',
      '`${announcement.instance} started`',
    ),
  },
  's4-ends-on-malformed': {
    'process.exit()': inIndex('else console.warn(', 'else process.exit(1)\n  console.warn('),
    'a rejection that is not caught': inIndex(
      'const announcement = parseAnnouncement(message)',
      'const announcement = parseAnnouncement(message)\n  if (!announcement) void Promise.reject(new Error(message))',
    ),
  },
  's4-json-parse-throws': {
    'without try': reading(`  const value = JSON.parse(message)
  return value && value.instance && value.event ? value : undefined`),
    'asks for the first brace alone': reading(`  if (!message.startsWith('{')) return undefined
  const value = JSON.parse(message)
  const isKnown = value.event === 'started' || value.event === 'stopped'
  return typeof value.instance === 'string' && isKnown ? value : undefined`),
    'printed nowhere': combine(
      reading('  return JSON.parse(message)'),
      replaceIn('client.ts', 'return console.error(error) //', 'return //'),
    ),
    rethrows: reading(`  try {
    return JSON.parse(message)
  } catch (error) {
    console.warn('not JSON', message)
    throw error
  }`),
  },
  's4-null-throws': {
    'every object is accepted': reading(`  let value
  try {
    value = JSON.parse(message)
  } catch {
    return undefined
  }
  return value.instance && value.event ? value : undefined`),
  },
  's4-value-throws': {
    '`in` on a number': replaceIn(
      'parse-announcement.ts',
      "typeof value !== 'object' || value === null",
      '!value',
    ),
    'a method of a missing event': replaceIn(
      'parse-announcement.ts',
      "if (!('event' in value)) return undefined",
      'if (!(value as any).event.trim()) return undefined',
    ),
  },
  's4-throws-on-malformed': {
    throws: inIndex('else console.warn(', 'else throw new Error('),
  },
  's4-trusts-json': {
    'catches JSON.parse() only': reading(`  try {
    return JSON.parse(message) ?? undefined
  } catch {
    return undefined
  }`),
    'asks whether it is an object': reading(`  try {
    const value = JSON.parse(message)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }`),
  },
  's4-field-not-checked': {
    'asks for the instance only': replaceIn(
      'parse-announcement.ts',
      "  if (!('event' in value)) return undefined\n  if (value.event !== 'started' && value.event !== 'stopped') return undefined\n",
      '',
    ),
    'a condition that is always true': replaceIn(
      'parse-announcement.ts',
      "  if (!('event' in value)) return undefined\n  if (value.event !== 'started' && value.event !== 'stopped') return undefined\n  return { instance: value.instance, event: value.event }",
      "  if (value.event === 'started' || 'stopped') return value",
    ),
    'asks for the event only': replaceIn(
      'parse-announcement.ts',
      "  if (!('instance' in value) || typeof value.instance !== 'string') return undefined\n  if (!('event' in value)) return undefined",
      "  if (!('event' in value)) return undefined",
    ),
  },
  's4-any-event': {
    'any text': replaceIn(
      'parse-announcement.ts',
      "value.event !== 'started' && value.event !== 'stopped'",
      "typeof value.event !== 'string'",
    ),
  },
  's4-part-of-event': {
    'a pattern without ^ and $': replaceIn(
      'parse-announcement.ts',
      "value.event !== 'started' && value.event !== 'stopped'",
      '!/started|stopped/.test(String(value.event))',
    ),
    'endsWith()': replaceIn(
      'parse-announcement.ts',
      "value.event !== 'started' && value.event !== 'stopped'",
      "!String(value.event).endsWith('started') && value.event !== 'stopped'",
    ),
  },
  's4-ignores-silently': {
    'not a word': inIndex('  else console.warn(', '  if (!message) console.warn('),
  },

  // Step 3's programs that fail before any signal is sent fail here in the same way.
  ...fromStep3(
    's3-connect-twice: the same client twice',
    's3-never-connect: neither client',
    's3-publisher-not-connected: connects the subscriber only',
    's3-subscriber-not-connected: duplicate() is not connected',
    's3-channel-undefined: a config var that is not set',
    's3-not-pub-sub: a list',
    's3-not-pub-sub: sharded channels',
    's3-subscribe-literal-star: a star in subscribe()',
    's3-channel-mismatch: subscribes to another channel',
    's3-channel-mismatch: publishes on another channel',
    's3-other-channel: the same typo twice',
    's3-other-channel: a channel per instance',
    's3-non-string-message: the object itself',
    's3-non-string-message: the object in a template',
    's3-double-encoded: stringify twice',
    's3-plain-text: a sentence',
    's3-plain-text: a single word',
    's3-swapped-fields: swapped',
    's3-instance-missing: a variable of another name',
    's3-instance-missing: no such field',
    's3-instance-not-from-dyno: the process id',
    's3-event-spelled-differently: a capital',
    's3-other-fields: other names',
    's3-other-fields: one level too deep',
    's3-never-subscribes: publishes only',
    's3-never-publishes: no announcement',
    's3-never-publishes: an announcement never reached',
    's1-env-never-read: the address is hard-coded',
  ),
  'does-not-compile': {
    'a bracket too few': inIndex('onSigterm(async', 'onSigterm((async'),
  },
  throws: {
    'at start': inIndex('try {', 'undefinedFunction()\ntry {'),
    'a typo in the handler': onSigterm("  await pubilsh('stopped')"),
  },
  'sends-nothing': {
    'waits forever': inIndex(
      'await client.connect()',
      'await new Promise((_) => setInterval(_, 1e9))',
    ),
  },
  'ends-unasked': {
    'a time limit outside of the listener': combine(
      replaceIn('shutdown.ts', '    setTimeout(() => process.exit(0), LIMIT_MS)\n', ''),
      replaceIn(
        'shutdown.ts',
        '  let shuttingDown = false',
        '  let shuttingDown = false\n  setTimeout(() => process.exit(0), LIMIT_MS)',
      ),
    ),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
}

// "id: name" of programs of step 3.
function fromStep3(...names: string[]): WrongPrograms {
  const picked: Record<string, Record<string, WrongPrograms[string][string]>> = {}
  for (const full of names) {
    const [id = '', name = ''] = full.split(': ')
    const edit = step3[id]?.[name]
    if (!edit) throw new Error(`step 3 has no wrong program "${full}"`)
    ;(picked[id] ??= {})[name] = edit
  }
  return picked
}
