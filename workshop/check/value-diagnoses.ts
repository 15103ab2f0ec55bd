import { codeErrorDiagnosis } from './code-error.ts'
import type { Diagnosis } from './diagnosis.ts'
import {
  type AppEvidence,
  type Evidence,
  type TraceLine,
  commands,
  relevantApps,
} from './evidence.ts'
import { ownFrame, published, receivedMessages, subscriptions } from './evidence-queries.ts'
import { parseJsonObject } from './json.ts'
import { redisErrors } from './redis-error.ts'

// Wrong values and calls in any step: what a program passed, published, subscribed to or printed.
// Asked when none of the step's own diagnoses fits.

/** The most specific first. */
export const valueDiagnoses: Diagnosis[] = [
  {
    id: 'no-listener',
    explainsCodeError: true,
    likely: (evidence) =>
      `A message arrived, and ${withoutListener(evidence)?.app.name} printed "listener is not a function": you call ${subscribeOf(evidence)} without a function that receives the messages.`,
    lookAt: (evidence) =>
      `the second argument of ${subscribeOf(evidence)}, after a channel or a list of them. Since version 4 the \`redis\` package emits no 'message' event`,
    shows: (evidence) => withoutListener(evidence)?.events ?? [],
    requires: (evidence) => withoutListener(evidence) !== undefined,
  },
  codeErrorDiagnosis,
  {
    id: 'wrong-kind-of-value',
    likely: (evidence) => {
      const found = wrongKind(evidence)
      return `You ${found?.did} "${found?.text}", and "${found?.token}" is what ${found?.kind} looks like as text.`
    },
    lookAt: 'where that value comes from: a missing `await`, `()`, field or JSON.stringify()?',
    requires: (evidence) => wrongKind(evidence) !== undefined,
  },
  {
    id: 'json-inside-json',
    likely:
      'You call JSON.stringify() on text that is JSON already: what arrives is text in quotes instead of an object.',
    lookAt: 'every `JSON.stringify()` on the way to the message',
    requires: ({ apps }) =>
      apps.some((app) => published(app).some(({ args }) => isJsonInJson(args[1] ?? ''))),
  },
  {
    id: 'swapped-arguments',
    likely: (evidence) =>
      `You swapped two arguments: "${swapped(evidence)}" is used as the channel, and it is the message.`,
    lookAt: 'the order of the arguments of `publish()`: the channel first',
    requires: (evidence) => swapped(evidence) !== undefined,
  },
  ...redisErrors,
  {
    id: 'channel-for-message',
    likely: (evidence) =>
      `When a message arrived, your program printed "${channelAsMessage(evidence)?.text.slice(0, 80)}". It ends with the name of the channel, where the message should be: a listener is called with (message, channel).`,
    lookAt: 'the parameters of the listener that you pass to `subscribe()`',
    requires: takesChannelForMessage,
  },
  {
    id: 'almost-the-same',
    likely: (evidence) => {
      const near = almost(evidence)
      return `You ${near?.did} "${near?.actual}", and the check looks for "${near?.wanted}": ${near?.difference}.`
    },
    lookAt: 'that text, letter by letter; the goal has it word for word',
    requires: (evidence) => almost(evidence) !== undefined,
  },
]

// The redis package calls what subscribe() got as its listener, and emits the error that this is no
// function. No frame of it is in the learner's files.
function withoutListener(evidence: Evidence) {
  for (const app of relevantApps(evidence)) {
    const line = app.lines.find(({ text }) =>
      /(?<![\w$.])listener is not a function/.test(text),
    )
    const push = line && receivedMessages(app).findLast(({ seq }) => seq < line.seq)
    if (!push || ownFrame(app.lines.map(({ text }) => text))) continue
    const channel = push.args[0] ?? ''
    const subscribed = commands(app).findLast(
      ({ name, args, seq }) =>
        /^[PS]?SUBSCRIBE$/.test(name) && seq < push.seq && args.includes(channel),
    )
    return { app, events: [subscribed, push] }
  }
  return undefined
}

const subscribeCalls: Record<string, string> = {
  PSUBSCRIBE: '`pSubscribe()`',
  SSUBSCRIBE: '`sSubscribe()`',
}

function subscribeOf(evidence: Evidence): string {
  const [subscribed] = withoutListener(evidence)?.events ?? []
  return subscribeCalls[subscribed?.name ?? ''] ?? '`subscribe()`'
}

/** Whether a listener seems to have read the channel in place of the message. */
export function takesChannelForMessage(evidence: Evidence): boolean {
  return channelAsMessage(evidence) !== undefined
}

// A listener of the redis package before version 4 is called with the channel first. Programs that
// ignore what they cannot read print what they got: here the channel, though the message was good.
function channelAsMessage({ fact, ...evidence }: Evidence): TraceLine | undefined {
  const missing = fact.kind === 'event-missing' || fact.kind === 'delivery-wrong'
  if (!missing) return undefined
  for (const app of suspectsOf({ fact, ...evidence })) {
    for (const push of receivedMessages(app)) {
      const [channel = '', payload = ''] = push.args.slice(-2)
      if (Object.keys(parseJsonObject(payload)).length === 0) continue
      const line = app.lines.find(
        ({ text, seq }) => seq > push.seq && isComplaint.test(text) && shows(text, channel),
      )
      if (line) return line
    }
  }
  return undefined
}

const isComplaint = /ignor|invalid|malformed|\bnot\b/i

// As what was received, and not as where: `ignored on user:ada` names the channel of a message.
function shows(text: string, channel: string): boolean {
  const bare = text.replace(/["'`]$/, '')
  const before = bare.slice(0, -channel.length).replace(/["'`]$/, '')
  return bare.endsWith(channel) && /[:=]\s*$/.test(before) && !/channel\W*$/i.test(before)
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/\[object Promise\]|Promise \{/, 'a promise that is not awaited'],
  [/\[object \w+\]/, 'an object'],
  [/\bundefined\b/, 'a value that does not exist'],
  [/\bNaN\b/, 'a calculation with something that is no number'],
  [/\[(Async)?Function\b|^(async )?(function\b|\([\w, ]*\) =>)/, 'a function'],
]

interface WrongKind {
  did: string
  text: string
  token: string
  kind: string
}

// In a line on stdout or in a message, of the app that the fact is about. Errors and logs on
// stderr may hold "undefined" for good reason.
function wrongKind(evidence: Evidence): WrongKind | undefined {
  for (const app of suspectsOf(evidence)) {
    const texts = [
      ...published(app).flatMap(({ args }) => args.map((text) => ({ did: 'publish', text }))),
      ...subscriptions(app).flatMap(({ args }) =>
        args.map((text) => ({ did: 'subscribe to', text })),
      ),
      ...app.lines
        .filter(({ stream }) => stream === 'stdout')
        .map(({ text }) => ({ did: 'print', text })),
    ]
    for (const { did, text } of texts) {
      for (const [pattern, kind] of kinds) {
        const token = pattern.exec(text)?.[0]
        if (token !== undefined) return { did, text: text.slice(0, 80), token, kind }
      }
    }
  }
  return undefined
}

function suspectsOf({ app, apps }: Evidence): readonly AppEvidence[] {
  return app ? [app] : apps
}

/** Whether it is a JSON text whose value is a text that is JSON of an object. */
export function isJsonInJson(text: string): boolean {
  if (!text.startsWith('"')) return false
  try {
    return Object.keys(parseJsonObject(String(JSON.parse(text)))).length > 0
  } catch {
    return false
  }
}

function swapped(evidence: Evidence): string | undefined {
  const { fact } = evidence
  const channel = fact.kind === 'command-missing' ? fact.channel : undefined
  if (channel === undefined) return undefined
  const all = suspectsOf(evidence).flatMap((app) => published(app))
  return all.find(({ args }) => args[1] === channel && args[0] !== channel)?.args[0]
}

interface Near {
  did: string
  wanted: string
  actual: string
  difference: string
}

// What was printed, or used as a channel, differs in a letter, in capitals, spaces or order.
function almost(evidence: Evidence): Near | undefined {
  const { fact } = evidence
  const apps = suspectsOf(evidence)
  if (fact.kind === 'output-missing' && fact.seen === 0) {
    const lines = apps.flatMap((app) => app.lines.map(({ text }) => text.trim()))
    return nearest('print', fact.text, lines)
  }
  if (fact.kind === 'command-missing' && fact.channel !== undefined) {
    const channels = apps.flatMap((app) =>
      fact.command === 'PUBLISH'
        ? published(app).map(({ args }) => args[0] ?? '')
        : subscriptions(app).flatMap(({ args }) => args),
    )
    const did = fact.command === 'PUBLISH' ? 'publish on' : 'subscribe to'
    return nearest(did, fact.channel, channels)
  }
  return undefined
}

/** Whether it printed a line that differs from this text in a letter, capitals, spaces or order. */
export function isAlmostPrinted(app: AppEvidence, text: string): boolean {
  const lines = app.lines.map((line) => line.text.trim())
  return nearest('print', text, lines) !== undefined
}

function nearest(did: string, wanted: string, candidates: readonly string[]): Near | undefined {
  for (const actual of candidates) {
    const difference = differenceOf(wanted, actual)
    if (difference) return { did, wanted, actual, difference }
  }
  return undefined
}

function differenceOf(wanted: string, actual: string): string | undefined {
  if (actual === wanted) return undefined
  if (actual.toLowerCase() === wanted.toLowerCase()) return 'capitals differ'
  if (letters(actual) === letters(wanted)) return 'spaces or punctuation differ'
  if (letters(actual).toLowerCase() === letters(wanted).toLowerCase()) {
    return 'capitals and punctuation differ'
  }
  if (wordsInOrder(actual) === wordsInOrder(wanted)) return 'the words are in another order'
  return isOneEditAway(wanted, actual) ? 'one letter differs' : undefined
}

function wordsInOrder(text: string): string {
  return text.split(' ').toSorted().join(' ')
}

/** One letter more, less or another. Numbers are names here: `web.1` is not almost `web.2`. */
function isOneEditAway(wanted: string, actual: string): boolean {
  if (Math.abs(wanted.length - actual.length) > 1 || wanted.length < 5) return false
  let start = 0
  while (start < wanted.length && wanted[start] === actual[start]) start++
  const rest = [wanted.slice(start), actual.slice(start)] as const
  let end = 0
  while (
    end < Math.min(rest[0].length, rest[1].length) &&
    at(rest[0], end) === at(rest[1], end)
  ) {
    end++
  }
  const [one, other] = rest.map((text) => text.slice(0, text.length - end))
  const changed = `${one}${other}`
  return (one?.length ?? 0) <= 1 && (other?.length ?? 0) <= 1 && !/\d/.test(changed)
}

function at(text: string, fromEnd: number): string | undefined {
  return text[text.length - 1 - fromEnd]
}

function letters(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '')
}
