import { styleText } from 'node:util'
import type { CheckResult, Failure, GoalResult, NotTestedReason } from './check-result.ts'
import { wrapText } from '../course/text.ts'

const width = 80
const height = 20

/**
 * The goals of a step, ticked or not, and what to do about the first that is not.
 *
 * @returns lines for a terminal of 80 columns
 */
export function verdictLines({ goals }: CheckResult): string[] {
  const failure = goals.find((goal) => goal.failure)?.failure
  return [
    ...goals.flatMap((goal) => goalLines(goal)),
    ...noteLines(untestedReason(goals)),
    ...noteLines(explainedNote(goals)),
    ...(failure ? failureLines(failure) : []),
  ]
}

const colors = { passed: 'green', 'not yet': 'red', 'not tested': 'dim' } as const

function goalLines({ goal, state }: GoalResult): string[] {
  const indent = ' '.repeat(14)
  const [first = '', ...rest] = wrapText(goal, width - indent.length)
  const gap = ' '.repeat(indent.length - 2 - state.length)
  return [
    `  ${styleText(colors[state], state)}${gap}${first}`,
    ...rest.map((line) => indent + line),
  ]
}

function noteLines(note: string | undefined): string[] {
  if (note === undefined) return []
  return ['', ...wrapText(note, width - 2).map((line) => styleText('dim', `  ${line}`))]
}

function explainedNote(goals: readonly GoalResult[]): string | undefined {
  const failed = goals.filter(({ state }) => state === 'not yet')
  return failed.length > 1
    ? 'The first "not yet" is explained below, the next one when that goal passes.'
    : undefined
}

const reasons = [
  ['same-cause', (which) => `the same mistake stops ${which}`],
  ['not-reached', (which) => `a login or a connection failed at the beginning of ${which}`],
  ['check-ended', (which) => `after the first failed goal the check did not wait for ${which}`],
] as const satisfies [NotTestedReason['kind'], (goals: string) => string][]

/** Why goals were not tested, once for all of them; undefined when all were. */
export function untestedReason(goals: readonly GoalResult[]): string | undefined {
  const kinds = goals.flatMap(({ notTested }) => notTested?.kind ?? [])
  const found = reasons.filter(([kind]) => kinds.includes(kind))
  const parts = found.map(([kind, sentence], at) => {
    const one = kinds.filter((other) => other === kind).length === 1
    if (found.length === 1) return sentence(one ? 'it' : 'them')
    if (at === found.length - 1) return sentence('the rest')
    return sentence(one ? 'one of them' : 'some of them')
  })
  return parts.length > 0 ? `Not tested: ${parts.join(', and ')}.` : undefined
}

/**
 * One cause: what was expected, what came, what it probably is, where to look, and the evidence.
 * All of it fits on a screen.
 */
export function failureLines(failure: Failure): string[] {
  const { summary, compiler, printed, wire, room } = layout(failure)
  while (wire.length > 0 && countRows(wire) > room) wire.shift()
  return [...summary, ...compiler, ...block('The wire:', wire), ...printed]
}

/** Whether there is room on the screen for all wire lines of a failure. */
export function fitsOnScreen(failure: Failure): boolean {
  const { wire, room } = layout(failure)
  return countRows(wire) <= room
}

function layout(failure: Failure) {
  const { expected, received, likely, lookAt, typeError } = failure
  const summary = [
    '',
    ...field('Expected', expected),
    ...field('Received', received),
    ...field('Likely', likely),
    ...field('Look at', lookAt),
  ]
  const compiler = typeError
    ? block('TypeScript reports:', [wrapLine(`${placeOf(typeError)}  ${typeError.message}`, 3)])
    : []
  const output = printedLines(failure).map((line) => wrapLine(line, 3))
  while (countRows(output) > 5) output.shift()
  const printed = block('What it printed:', output)
  const room = height - summary.length - compiler.length - printed.length - 2
  const wire = failure.wire.slice(-6).map((line) => wrapLine(line, 2))
  return { summary, compiler, printed, wire, room }
}

function countRows(lines: readonly string[][]): number {
  return lines.flat().length
}

function placeOf({ file, line, column }: NonNullable<Failure['typeError']>): string {
  return `${file}:${line}:${column}`
}

// Lines of the app at fault first, and the last one of another, with the error if it is a frame.
function printedLines({ output, fact }: Failure): string[] {
  const own = output.filter((line) => line.startsWith(`${fact.app} |`))
  const others = output.filter((line) => !own.includes(line))
  return [
    ...own.slice(others.length > 0 && own.length > 0 ? -3 : -4),
    ...others.slice(own.length > 0 ? (/\| +at /.test(others.at(-1) ?? '') ? -2 : -1) : -4),
  ]
}

function field(name: string, text: string): string[] {
  const indent = ' '.repeat(10)
  const lines = wrapText(text, width - indent.length).map((line) => clip(line, width - 10))
  const [first = '', ...rest] =
    lines.length > 4 ? [...lines.slice(0, 3), clip(`${lines[3]} …`, width - 10)] : lines
  return [
    styleText('bold', name.padEnd(indent.length)) + first,
    ...rest.map((line) => indent + line),
  ]
}

function block(title: string, lines: readonly string[][]): string[] {
  if (lines.length === 0) return []
  return ['', styleText('dim', title), ...lines.flat().map((line) => '  ' + line)]
}

// What is too long for a line goes on below it, in so many rows.
function wrapLine(text: string, most: number): string[] {
  const columns = width - 2
  const lines: string[] = []
  // The blanks in front of a reply align it with others, which a line of several rows is not.
  const line = text.length > columns ? text.replace(/ {4,}(?=-> )/, '   ') : text
  for (let rest = line; rest !== '' && lines.length < most;) {
    const indent = lines.length > 0 ? '    ' : ''
    const room = columns - indent.length
    // Before a long word the line would be half empty: it is broken.
    const breaks = [
      rest.lastIndexOf('   -> ', room),
      rest.lastIndexOf(' ', room),
      ...[',', ':', '-'].map((mark) => rest.lastIndexOf(mark, room - 1) + 1),
    ]
    const at = rest.length > room ? breaks.find((place) => place > room * 0.75) : undefined
    const end = at ?? room
    lines.push(indent + rest.slice(0, end))
    rest = rest.slice(end).trimStart()
    if (rest !== '' && lines.length === most)
      lines[most - 1] = clip(`${lines.at(-1)} …`, columns)
  }
  return lines
}

function clip(line: string, most: number): string {
  return line.length > most ? line.slice(0, most - 1) + '…' : line
}
