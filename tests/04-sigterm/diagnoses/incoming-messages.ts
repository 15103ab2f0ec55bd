import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  type PushEvent,
  forApp,
  hasFields,
  parseJsonObject,
  printedLines,
  published,
  receivedMessages,
  stdoutMatches,
} from '../../../workshop/check/suite.ts'

/** What it does with messages: `stopped` of another instance, and malformed ones. */
export const incomingMessages: Diagnosis[] = [
  {
    id: 's4-stopped-in-other-words',
    likely:
      'You print a line about the instance that stopped, but not the line of the goal. People and programs search logs for lines that are always the same.',
    lookAt: 'the line that your handler prints; the goal has it word for word',
    requires: forApp(
      (app, { fact }) => isStoppedUnprinted(app, fact) && printsInOtherWords(app, fact),
    ),
  },
  {
    id: 's4-ignores-stopped',
    likely:
      'The `stopped` message of the other instance arrives, and your handler does not print it. It accepts `started` only.',
    lookAt: 'the condition that decides which events are valid',
    requires: forApp(
      (app, { fact }) =>
        fact.expectation !== 'older-instance' &&
        isStoppedUnprinted(app, fact) &&
        !printsInOtherWords(app, fact) &&
        printedLines(app, startedLine(fact)).length < 2,
    ),
  },
  {
    id: 's4-only-known-instances',
    likely:
      'You print `stopped` only for an instance whose `started` you have received. At a deploy the new instances start, and then the old ones stop, whose start they have not seen.',
    lookAt: 'what you remember from one message to the next',
    requires: ({ fact }) => fact.expectation === 'older-instance',
  },
  {
    id: 's4-json-as-text',
    likely: ({ app, fact }) =>
      `You reject ${messageOf(app && receivedFor(app, fact))}, which is a valid message. JSON allows its fields in any order and spaces between them.`,
    lookAt:
      'how you read the message: `JSON.parse()` accepts every form of it, and a pattern for its text only one',
    requires: isSpelledOtherwise,
  },
  {
    id: 's4-valid-refused',
    likely: ({ app }) =>
      app && printsWhole(app, app.name)
        ? 'You reject valid messages as malformed, your own included: you print the whole message instead of the line of the goal.'
        : 'You reject a valid message as malformed: you print the whole message instead of the line of the goal.',
    lookAt: ({ app }) =>
      app && printsWhole(app, app.name)
        ? 'the conditions in `parse-announcement.ts`, one after the other, with your own message'
        : 'the conditions in `parse-announcement.ts`: which of them refuses it? An instance can have any name',
    requires: (evidence) => printsValidWhole(evidence) && !isSpelledOtherwise(evidence),
  },
  {
    id: 's4-event-not-read',
    likely:
      'You print `started` for every message. The event must come from the message instead of the code.',
    lookAt: 'the line that your handler prints',
    requires: forApp(
      (app, { fact }) =>
        isStoppedUnprinted(app, fact) &&
        !printsInOtherWords(app, fact) &&
        printedLines(app, startedLine(fact)).length > 1,
    ),
  },
  {
    id: 's4-ends-on-malformed',
    likely:
      'A malformed message ends your program. Any client can publish on the channel, and must not be able to stop an instance.',
    lookAt: 'what happens when `JSON.parse()` throws, and where that error is caught',
    requires: forApp(
      (app) => lastMalformed(app) !== undefined && app.exit !== undefined && !app.signalled,
    ),
  },
  {
    id: 's4-json-parse-throws',
    likely:
      '`JSON.parse()` throws, and your handler throws with it. The client reports an error, and the next message in the same packet is lost.',
    lookAt: 'where you call `JSON.parse()`: what happens if the text is not JSON?',
    requires: forApp((app, { fact }) => isLost(app, fact) && throwsOnText(app)),
  },
  {
    id: 's4-null-throws',
    explainsCodeError: true,
    likely:
      'You read a field of `null`, which is valid JSON. Your handler throws, and the next message in the same packet is lost.',
    lookAt: 'what you check about the value before you read its fields',
    requires: forApp(
      (app, { fact }) =>
        isLost(app, fact) && throwsOnValue(app) && messageOf(lastMalformed(app)) === 'null',
    ),
  },
  {
    id: 's4-value-throws',
    explainsCodeError: true,
    likely: ({ app }) =>
      `The message ${messageOf(app && lastMalformed(app))} is valid JSON, and your handler throws: "${app && valueError(app)?.trim().slice(0, 120)}". The next message in the same packet is lost.`,
    lookAt: 'what you check about the value first: is it an object, and what are its fields?',
    requires: forApp(
      (app, { fact }) =>
        isLost(app, fact) && throwsOnValue(app) && messageOf(lastMalformed(app)) !== 'null',
    ),
  },
  {
    id: 's4-throws-on-malformed',
    likely:
      'Your handler throws when a message is malformed. The client reports an error, and the next message in the same packet is lost.',
    lookAt: 'what your handler does with a malformed message; a line in the log is enough',
    requires: forApp(
      (app, { fact }) =>
        isLost(app, fact) &&
        throwsError(app, /^(Uncaught )?\w*Error\b/) &&
        !throwsOnText(app) &&
        !throwsOnValue(app),
    ),
  },
  {
    id: 's4-trusts-json',
    likely: ({ app }) =>
      `You use ${messageOf(app && lastMalformed(app))} as an announcement. It is valid JSON, and has neither \`instance\` nor \`event\`.`,
    lookAt: 'what you check about the value before you print its fields',
    requires: ({ fact }) =>
      fact.kind === 'output-unexpected' && fact.line.endsWith('undefined undefined'),
  },
  {
    id: 's4-field-not-checked',
    likely: ({ app, fact }) =>
      `You accept a message without \`${missingField(fact)}\`: ${messageOf(app && lastMalformed(app))} has none, and you use it as an announcement.`,
    lookAt: ({ fact }) =>
      `the conditions that a message must meet: is there one for \`${missingField(fact)}\`, and can it be false? \`x === 'a' || 'b'\` is always true`,
    requires: ({ fact }) => missingField(fact) !== undefined,
  },
  {
    id: 's4-any-event',
    likely:
      'You print an event that is neither `started` nor `stopped`. A message from another version of the app is then taken for an announcement.',
    lookAt: 'what you check about `event` before you print it',
    requires: ({ fact }) => fact.kind === 'output-unexpected' && fact.line.endsWith(' paused'),
  },
  {
    id: 's4-part-of-event',
    likely:
      'You print the event `restarted`: it contains `started`, and is another event. You ignore `paused`, so you look for a part of the text.',
    lookAt:
      'how you compare `event`: `===` compares all of it; `includes()`, `endsWith()` and a pattern without ^ and $ accept a part',
    requires: ({ fact }) =>
      fact.kind === 'output-unexpected' && fact.line.endsWith(' restarted'),
  },
  {
    id: 's4-ignores-silently',
    likely:
      'You ignore a malformed message and log nothing, so the client that sends it is never found.',
    lookAt: 'what your handler does with a malformed message; see TODO(4) in index.ts',
    requires: ({ fact }) => fact.kind === 'output-missing' && fact.text === '',
  },
]

type Fact = Evidence['fact']

/** Whether the line for `started` is missing, and that message was printed as it came. */
export function printsValidWhole({ app, fact }: Evidence): boolean {
  const [, instance] =
    (fact.kind === 'output-missing' && /^(\S+) started$/.exec(fact.text)) || []
  return app !== undefined && instance !== undefined && printsWhole(app, instance)
}

/**
 * Whether the line is missing for a message of another form than `JSON.stringify()` gives it, while
 * those for messages of that form are there.
 */
export function isSpelledOtherwise({ app, fact }: Evidence): boolean {
  if (!app) return false
  const message = receivedFor(app, fact)
  if (!message || isPlainForm(message)) return false
  const plain = receivedMessages(app, 'check.').filter(isPlainForm)
  return plain.some((one) => {
    const { instance } = parseJsonObject(messageOf(one))
    return printedLines(app, `${String(instance)} started`).length > 0
  })
}

// The message whose line is missing.
function receivedFor(app: AppEvidence, fact: Fact): PushEvent | undefined {
  const [, instance] =
    (fact.kind === 'output-missing' && /^(\S+) started$/.exec(fact.text)) || []
  if (instance === undefined) return undefined
  return receivedMessages(app, instance).find(({ args }) =>
    hasFields(args.at(-1) ?? '', { instance, event: 'started' }),
  )
}

function isPlainForm(push: PushEvent): boolean {
  return messageOf(push).startsWith('{"instance":"')
}

// The field that a printed message does not have, when it has the other one.
function missingField(fact: Fact): 'instance' | 'event' | undefined {
  const line = fact.kind === 'output-unexpected' ? fact.line : ''
  if (line.endsWith('undefined undefined')) return undefined
  if (/\bundefined started$/.test(line)) return 'instance'
  return /\bweb\.9 undefined$/.test(line) ? 'event' : undefined
}

// It received the announcement of this instance, and then printed it as it came.
function printsWhole(app: AppEvidence, instance: string): boolean {
  const valid = receivedMessages(app, instance).find(({ args }) =>
    hasFields(args.at(-1) ?? '', { instance, event: 'started' }),
  )
  const message = valid?.args.at(-1) ?? ''
  const forms = [message, JSON.stringify(message).slice(1, -1)]
  return app.lines.some(
    ({ text, seq }) => valid && seq > valid.seq && forms.some((form) => text.includes(form)),
  )
}

// The line for a `stopped` message is missing, and the message has arrived.
function isStoppedUnprinted(app: AppEvidence, fact: Fact): boolean {
  const stopped = fact.kind === 'output-missing' && fact.text.endsWith(' stopped')
  return stopped && receivedMessages(app, 'stopped').length > 0
}

function startedLine(fact: Fact): string {
  return fact.kind === 'output-missing' ? fact.text.replace('stopped', 'started') : ''
}

function printsInOtherWords(app: AppEvidence, fact: Fact): boolean {
  const [name = ''] = startedLine(fact).split(' ')
  const [dyno, number] = name.split('.')
  return stdoutMatches(app, new RegExp(`${dyno}\\.${number}(?! started)`))
}

// The line of a message that came with a malformed one, or after it, is missing.
function isLost(app: AppEvidence, fact: Fact): boolean {
  const missing = fact.kind === 'output-missing' && fact.text.endsWith(' started')
  return missing && lastMalformed(app) !== undefined && app.exit === undefined
}

/** The last malformed message that reached it, and that it has not published itself. */
export function lastMalformed(app: AppEvidence): PushEvent | undefined {
  const own = new Set(published(app).map(({ args }) => args[1] ?? ''))
  return receivedMessages(app).findLast(({ args }) => {
    const message = args.at(-1) ?? ''
    const { instance, event } = parseJsonObject(message)
    const valid = typeof instance === 'string' && (event === 'started' || event === 'stopped')
    return !valid && !own.has(message)
  })
}

function throwsOnText(app: AppEvidence): boolean {
  return !isJson(messageOf(lastMalformed(app))) && throwsError(app, /not valid JSON|JSON input/)
}

function throwsOnValue(app: AppEvidence): boolean {
  return isJson(messageOf(lastMalformed(app))) && valueError(app) !== undefined
}

function valueError(app: AppEvidence): string | undefined {
  return thrownError(app, /^(Uncaught )?TypeError\b/)
}

function throwsError(app: AppEvidence, pattern: RegExp): boolean {
  return thrownError(app, pattern) !== undefined
}

// After the last malformed message; it may be printed nowhere.
function thrownError(app: AppEvidence, pattern: RegExp): string | undefined {
  const seq = lastMalformed(app)?.seq ?? Infinity
  const printed = app.lines.filter((line) => line.stream === 'stderr' && line.seq > seq)
  const emitted = (app.emittedErrors ?? []).filter((error) => error.seq > seq)
  const texts = [
    ...printed.map(({ text }) => text),
    ...emitted.map(({ stack }) => firstLine(stack)),
  ]
  return texts.find((text) => pattern.test(text))
}

function firstLine(stack: string): string {
  return stack.split('\n', 1).join()
}

function messageOf(push: PushEvent | undefined): string {
  return push?.args.at(-1) ?? ''
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
