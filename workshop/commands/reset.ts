import { styleText } from 'node:util'
import { UserError } from '../errors.ts'
import { filesIn, displayPath } from '../course/files.ts'
import type { FileChange } from '../course/replace-files.ts'
import {
  type ResetResult,
  compareWithStarter,
  modifiedSteps,
  resetStep,
} from '../course/reset.ts'
import { type Step, findStep } from '../course/steps.ts'
import { pluralize } from '../course/text.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run reset 4`: the untouched starter comes back; what it replaces is kept. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0) throw new UserError('One step at a time: npm run reset 4')
  if (word === undefined) return list(root)
  const step = await findStep(word, root)
  const changes = await compareWithStarter(step, root)
  if (changes.every(({ state }) => state === 'same')) {
    console.log(`Step ${step.number}: nothing to reset, its files are the untouched starter.`)
    return 0
  }
  console.log((await announce(step, changes)).join('\n'))
  console.log(report(await resetStep(step, root)).join('\n'))
  return 0
}

async function announce(step: Step, changes: FileChange[]): Promise<string[]> {
  const names = changes.map(({ path }) => path)
  const own = (await filesIn(step.folder)).filter((name) => !names.includes(name))
  const width = Math.max(...[...names, ...own].map((name) => name.length)) + 2
  const what = {
    same: styleText('dim', 'untouched, stays'),
    changed: 'changed: kept, then the starter comes back',
    missing: 'missing: comes back',
  }
  return [
    styleText('bold', `Reset of step ${step.number}, steps/${step.slug}`),
    ...changes.map(({ path, state }) => `  ${path.padEnd(width)}${what[state]}`),
    ...own.map((path) => `  ${path.padEnd(width)}${styleText('dim', 'yours, stays')}`),
    '',
  ]
}

function report({ changes, backup }: ResetResult): string[] {
  const done = changes.filter(({ state }) => state !== 'same').length
  if (!backup)
    return [`Done: ${pluralize(done, 'file')} put in place. Nothing of yours was replaced.`]
  return [
    `Done: ${pluralize(done, 'file')} put in place.`,
    `Kept: ${displayPath(backup.folder)}`,
    'Back to them: npm run undo',
  ]
}

// Without a number nothing is touched: a reset must not be the result of a slip.
async function list(root: string): Promise<number> {
  const edited = await modifiedSteps(root)
  if (edited.length === 0) {
    console.log('Nothing to reset: every step is the untouched starter.')
    return 0
  }
  console.log('Nothing was reset. These steps differ from their starters:')
  for (const { step, changes } of edited) {
    const names = changes.filter(({ state }) => state !== 'same').map(({ path }) => path)
    const command = `npm run reset ${step.number}`
    console.log(`  ${command.padEnd(18)}${step.slug}: ${names.join(', ')}`)
  }
  console.log('What a reset replaces is kept; npm run undo brings it back.')
  return 0
}
