import { styleText } from 'node:util'
import type { Progress, StepState } from './progress.ts'
import type { Step } from './steps.ts'
import { wrapText } from './text.ts'

/** How a screen is drawn. */
export interface ScreenOptions {
  /** Columns there are. */
  width: number
  /** Without bars and marks, which a screen reader reads aloud one by one. */
  plain: boolean
}

/** How the screen of this terminal is drawn: plain where nothing is shown in color. */
export function screenOptions(
  stream: { isTTY?: boolean; columns?: number } = process.stdout,
  env = process.env,
): ScreenOptions {
  const plain = stream.isTTY !== true || Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb'
  return { width: Math.min(Math.max(stream.columns ?? 80, 50), 100), plain }
}

/**
 * The screen of `npm run progress`: every step with its state, and what to type next.
 *
 * @param states how each step stands, by slug
 * @returns its lines, none wider than asked for unless a path or a command is
 */
export function renderProgress(
  steps: Step[],
  { passed, hints }: Progress,
  states: Record<string, StepState>,
  options: ScreenOptions,
): string[] {
  const isDone = ({ slug }: Step) => states[slug] === 'passed' || states[slug] === 'changed'
  const next = steps.find((step) => !isDone(step))
  const words = steps.map((step) => {
    const day = passed[step.slug]?.at.slice(0, 10)
    return step === next ? 'next' : describeState(states[step.slug] ?? 'open', day)
  })
  const titleWidth = options.width - Math.max(...words.map((word) => word.length)) - 11
  const rows = steps.map((step, i) => {
    const kind = isDone(step) ? 'done' : step === next ? 'next' : 'open'
    return row(step, kind, words[i] ?? '', { ...options, titleWidth })
  })
  const help = 'npm run progress shows this again; npm run doctor if something will not start.'
  return [
    '',
    ...heading(steps.filter(isDone).length, steps.length, options),
    '',
    ...rows,
    '',
    ...(next ? nextActions(next, hints[next.slug] ?? 0) : courseDone(options.width)),
    '',
    ...indented(help, options.width).map((line) => styleText('dim', line)),
    '',
  ]
}

function describeState(state: StepState, day = ''): string {
  if (state === 'passed') return `passed ${day}`
  if (state === 'changed') return 'passed, changed since'
  return state === 'starter' ? 'starter again' : 'not yet'
}

function heading(done: number, total: number, { width, plain }: ScreenOptions): string[] {
  const title = 'One Node app, several instances, one Redis'
  const tally = `${done} of ${total} passed`
  if (plain || width < title.length + tally.length + 4)
    return [`  ${styleText('bold', title)}`, `  ${tally}`]
  const columns = width - 2
  const full = total === 0 ? 0 : Math.round((done / total) * columns)
  const bar =
    styleText('green', '━'.repeat(full)) + styleText('dim', '─'.repeat(columns - full))
  return [`  ${styleText('bold', title)}${tally.padStart(columns - title.length)}`, `  ${bar}`]
}

function row(
  { number, title }: Step,
  kind: 'done' | 'next' | 'open',
  state: string,
  { plain, titleWidth }: ScreenOptions & { titleWidth: number },
): string {
  const name =
    title.length <= titleWidth ? title.padEnd(titleWidth) : `${title.slice(0, titleWidth - 1)}…`
  const text = `${String(number).padStart(2)}   ${name}  `
  const mark = plain ? ' ' : { done: '✓', next: '▸', open: ' ' }[kind]
  if (kind === 'done') return `  ${styleText('green', mark)} ${text}${styleText('dim', state)}`
  if (kind === 'open') return `  ${mark} ${styleText('dim', text + state)}`
  return `  ${styleText('cyan', mark)} ${styleText('bold', text)}${styleText('cyan', state)}`
}

function nextActions(step: Step, hintLevel: number): string[] {
  const files = step.todoFiles.length > 0 ? step.todoFiles : step.entries
  const edit = files.map((name) => `steps/${step.slug}/${name}`)
  const hint = hintLevel > 0 ? `   (${hintLevel} of 3 shown)` : ''
  return [
    `  ${styleText('bold', `Next: step ${step.number}`)}`,
    '',
    action('read', `steps/${step.slug}/README.md`),
    action('see it', runLine(step)),
    ...edit.map((path, at) => action(at === 0 ? 'edit' : '', path)),
    action('check', `npm run check ${step.number}`),
    action('stuck?', `npm run hint ${step.number}`) + hint,
  ]
}

function action(what: string, type: string): string {
  return `     ${what.padEnd(9)}${styleText('cyan', type)}`
}

// The lesson shows the problem with a command: that one is the one to type.
function runLine(step: Step): string {
  const pattern = new RegExp(String.raw`npm run step ${step.number}( [\w+]+)*`)
  return pattern.exec(step.lesson.text)?.[0] ?? `npm run step ${step.number}`
}

function courseDone(width: number): string[] {
  return [
    `  ${styleText('bold', 'Every step has passed.')}`,
    ...indented('Your app runs on as many instances as you like.', width),
    '',
    ...indented(
      'To take a step again from its start: npm run reset 1 (your files are kept)',
      width,
    ),
  ]
}

function indented(text: string, width: number): string[] {
  return wrapText(text, width - 2).map((line) => `  ${line}`)
}
