import type { Diagnosis } from './diagnosis.ts'
import { type Evidence, relevantApps } from './evidence.ts'
import {
  endedByUncaughtError,
  isFrame,
  placeIn,
  placeInPackage,
  placeOfThrow,
  printedError,
  wrongArgument,
} from './evidence-queries.ts'

// An error of JavaScript itself is a mistake in the code, whatever did not happen because of it.
// Programs of this course print the message of an error that they catch.

interface CodeError {
  app: string
  /** `client.publish is not a function` */
  message: string
  meaning?: string
  /** The name in the message: `client.publish`. */
  word?: string
  /** The first frame in the learner's own files, when a stack was printed: `index.ts:12:5`. */
  frame: string | undefined
  caller?: string | undefined
  /** The program has not printed it. */
  unprinted?: boolean
  /** A stack was printed, and no frame of it is in the learner's own files. */
  fromPackage: boolean
}

// Commands of the redis package that its version 3, and other packages, write in small letters.
const camelCase =
  'pSubscribe pUnsubscribe sSubscribe sPublish setEx setNX pExpire incrBy hSet hGet hGetAll hDel hIncrBy sAdd sRem sMembers lPush rPush lRange lTrim zAdd zRem zRange xAdd xRange xRevRange xRead xTrim xLen evalSha flushAll'

const notYet = 'A `class`, `const` or `let` exists only when its own line has run'

const lostThis = 'A method that is passed as a function loses its `this`'

// Messages of V8, and what they mean. A malformed message can be null, so reading of null is left out.
const messages: readonly (readonly [RegExp, meaning: (word: string) => string])[] = [
  [
    /([\w$.]+)(?:\(\.{3}\))? is not a function or its return value is not (?:async )?iterable/,
    (call) =>
      `\`for … of\` goes over what \`${call}()\` returns, and that is no list. An async generator needs \`for await\``,
  ],
  [
    /([\w$.]+)\(\.{3}\) is not a function/,
    (call) =>
      `What \`${call}()\` returns is called as a function. A line that begins with \`(\` continues the line above, when that one ends without a semicolon`,
  ],
  [/([\w$.]+) is not a function/, notAFunction],
  [
    /Cannot read properties of undefined \(reading '([\w$]+)'\)/,
    (field) =>
      `The value before \`.${field}\` is undefined, as \`this\` is in a method that is passed as a function`,
  ],
  [/Cannot read private member (#[\w$]+)/, () => lostThis],
  [/([\w$]+) is not defined/, (name) => `There is no \`${name}\` where it is used`],
  [/([\w$]+) is not a constructor/, (name) => `\`new\` needs a class, and \`${name}\` is none`],
  [/Cannot access '([\w$]+)' before initialization/, () => notYet],
  [/([\w$.]+) is not iterable/, (name) => `A list is expected, and \`${name}\` is none`],
  [/Assignment to constant variable/, () => 'A `const` is given a second value'],
  [wrongArgument, (type) => `A command to Redis has an argument of type ${type}`],
]

function notAFunction(call: string): string {
  const method = call.split('.').at(-1) ?? ''
  const command = camelCase
    .split(' ')
    .find((name) => name !== method && name.toLowerCase() === method)
  const handler = /^[ps]subscribe$/.test(method)
    ? ', with the handler as the second argument'
    : ''
  if (call.startsWith('this.')) return `\`${call}()\` is no function. ${lostThis}`
  return command
    ? `In the \`redis\` package it is \`${command}()\`${handler}: since version 4 names are in camel case, and commands return promises`
    : `What is called as \`${call}()\` is no function`
}

/** Claimed when no diagnosis of the step explains such an error. */
export const codeErrorDiagnosis: Diagnosis = {
  id: 'code-error',
  uncertain: true,
  explainsCodeError: true,
  explainsBusyThread: true,
  likely: (evidence) => {
    const { app, message, meaning, unprinted } = codeError(evidence) ?? {}
    const what = unprinted ? `An error of ${app} is printed nowhere:` : `${app} printed`
    return `${what} "${message}".${meaning ? ` ${meaning}.` : ''}`
  },
  lookAt: (evidence) => {
    const {
      message = '',
      meaning,
      word,
      frame,
      caller,
      fromPackage,
    } = codeError(evidence) ?? {}
    if (frame) return placeOfThrow({ frame, caller })
    if (fromPackage || wrongArgument.test(message)) return placeInPackage(message)
    const place = word
      ? `the line that uses \`${word}\``
      : 'the line that throws the error; `error.stack` has its number'
    return meaning === notYet
      ? `${place}, and the line of its \`class\`, \`const\` or \`let\`, which has to come first or be in a file of its own`
      : `${place}. What comes after it has not run`
  },
  requires: (evidence) => codeError(evidence) !== undefined,
}

/**
 * The first one that an app printed in the part of the goal that failed, and did not end by. Errors
 * that follow can be its consequences.
 */
export function codeError(evidence: Evidence): CodeError | undefined {
  for (const app of relevantApps(evidence)) {
    if (endedByUncaughtError(app)) continue
    const lines = app.lines.filter(({ seq }) => seq > (evidence.partSeq ?? 0))
    const at = lines.findIndex(({ text }) => errorIn(text))
    const error = errorIn(lines[at]?.text ?? '')
    if (!error) continue
    const rest = lines.slice(at + 1).findIndex(({ text }) => !isFrame(text))
    const stack = lines.slice(at, rest < 0 ? undefined : at + 1 + rest)
    const { frame, caller } = printedError({ ...app, lines: stack }) ?? {}
    return { app: app.name, ...error, frame, caller, fromPackage: stack.length > 1 && !frame }
  }
  return unprintedError(evidence)
}

function unprintedError(evidence: Evidence): CodeError | undefined {
  for (const app of relevantApps(evidence)) {
    if (endedByUncaughtError(app)) continue
    for (const { stack, seq } of app.emittedErrors ?? []) {
      const [first = '', ...frames] = stack.split('\n')
      const error = errorIn(first)
      const { frame, caller } = placeIn(frames)
      if (seq <= (evidence.partSeq ?? 0) || !error || !frame) continue
      return { app: app.name, ...error, frame, caller, unprinted: true, fromPackage: false }
    }
  }
  return undefined
}

// Errors of Node.js have a code: `TypeError [ERR_INVALID_ARG_TYPE]: The "key" argument …`
function errorIn(text: string): Pick<CodeError, 'message' | 'meaning' | 'word'> | undefined {
  const [other] = /\b(?:Type|Reference|Range)Error(?: \[\w+\])?: .*/.exec(text) ?? []
  return (
    knownError(text) ?? (other === undefined ? undefined : { message: other.slice(0, 200) })
  )
}

/** The message of an error of JavaScript, and what it means, when that is known. */
export function withMeaning(message: string): string {
  const { meaning } = knownError(message) ?? {}
  return meaning ? `${message.replace(/\.$/, '')}. ${meaning}.` : message
}

function knownError(
  text: string,
): { message: string; meaning: string; word: string } | undefined {
  for (const [pattern, meaning] of messages) {
    const [message, word = ''] = pattern.exec(text) ?? []
    if (message === undefined) continue
    return { message: message.slice(0, 200), meaning: meaning(word), word }
  }
  return undefined
}
