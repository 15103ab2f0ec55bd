import type { Paint } from './paint.ts'
import type { Progress } from './progress.ts'
import type { Step } from './steps.ts'

const width = 78
const stateWidth = 17

/**
 * The screen of `npm run progress`: every step with its state, and what to type next.
 *
 * @returns its lines, at most 80 columns wide
 */
export function renderProgress(steps: Step[], progress: Progress, paint: Paint): string[] {
  const next = steps.find(({ slug }) => !progress.passed[slug])
  const passed = steps.filter(({ slug }) => progress.passed[slug]).length
  return [
    '',
    ...heading(passed, steps.length, paint),
    '',
    ...steps.map((step) => row(step, progress.passed[step.slug]?.at, step === next, paint)),
    '',
    ...(next ? nextActions(next, progress.hints[next.slug] ?? 0, paint) : courseDone(paint)),
    '',
    `  ${paint.dim('npm run progress shows this again; npm run doctor if something will not start.')}`,
    '',
  ]
}

function heading(passed: number, total: number, paint: Paint): string[] {
  const title = 'One Node app, several instances, one Redis'
  const tally = `${passed} of ${total} passed`
  const full = total === 0 ? 0 : Math.round((passed / total) * width)
  return [
    `  ${paint.bold(title)}${tally.padStart(width - title.length)}`,
    `  ${paint.green('━'.repeat(full))}${paint.dim('─'.repeat(width - full))}`,
  ]
}

function row(step: Step, passedAt: string | undefined, isNext: boolean, paint: Paint): string {
  const title = cut(step.title, width - stateWidth - 9)
  const gap = ' '.repeat(width - stateWidth - 9 - title.length)
  const number = String(step.number).padStart(2)
  if (passedAt !== undefined) {
    const state = `passed ${passedAt.slice(0, 10)}`
    return `  ${paint.green('✓')} ${number}   ${title}${gap}  ${paint.dim(state)}`
  }
  if (isNext) {
    const state = paint.cyan('next')
    return `  ${paint.cyan('▸')} ${paint.bold(`${number}   ${title}`)}${gap}  ${state}`
  }
  return `    ${paint.dim(`${number}   ${title}${gap}  not yet`)}`
}

function nextActions(step: Step, hintLevel: number, paint: Paint): string[] {
  const line = (what: string, type: string) => `     ${what.padEnd(9)}${paint.cyan(type)}`
  const files = step.todoFiles.length > 0 ? step.todoFiles : step.entries
  const edit = files.map((name) => `steps/${step.slug}/${name}`)
  const hint = hintLevel > 0 ? `   (${hintLevel} of 3 shown)` : ''
  return [
    `  ${paint.bold(`Next: step ${step.number}`)}`,
    '',
    line('read', `steps/${step.slug}/README.md`),
    line('see it', runLine(step)),
    ...edit.map((path, at) => line(at === 0 ? 'edit' : '', path)),
    line('check', `npm run check ${step.number}`),
    line('stuck?', `npm run hint ${step.number}`) + hint,
  ]
}

// The lesson shows its fault with a command: that one, and not a guess, is the one to type.
function runLine(step: Step): string {
  const pattern = new RegExp(String.raw`npm run step ${step.number}( [\w+]+)*`)
  return pattern.exec(step.lesson.text)?.[0] ?? `npm run step ${step.number}`
}

function courseDone(paint: Paint): string[] {
  return [
    `  ${paint.bold('Every step has passed.')} Your app runs on as many instances as you like.`,
    '',
    '  To take a step again from its start: npm run reset 1 (your files are kept)',
  ]
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
