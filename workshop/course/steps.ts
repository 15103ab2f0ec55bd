import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError, errorCode } from '../errors.ts'
import { root as workshopRoot } from '../paths.ts'
import { filesIn, isNotFound, foldersIn, readText } from './files.ts'
import { type Lesson, lessonFiles, parseLesson } from './lesson.ts'
import {
  type Starter,
  type Starters,
  isSlug,
  readStartersOrEmpty,
  numberOf,
} from './starters.ts'

/** One step of the course. */
export interface Step {
  number: number
  /** '04-sigterm' */
  slug: string
  title: string
  /** The programs of the step: `['index.ts']` or `['web.ts', 'worker.ts']`. */
  entries: string[]
  /** Its Redis is a cluster: it has the file that finds one. */
  needsCluster: boolean
  /** The files in which the starter has a TODO(n). */
  todoFiles: string[]
  /** Where the learner works, absolute. */
  folder: string
  /** Where the finished files are, absolute. */
  solution: string
  lesson: Lesson
}

/**
 * The steps of the course in order. A step whose folder the learner deleted or renamed is
 * still one: it is known from its solution and from the starters.
 *
 * @param root the project's folder
 */
export async function steps(root = workshopRoot): Promise<Step[]> {
  const [mine, solved, starters] = await Promise.all([
    foldersIn(join(root, 'steps')),
    foldersIn(join(root, 'solutions')),
    readStartersOrEmpty(root),
  ])
  const known = new Set([...solved, ...Object.keys(starters)].filter(isSlug))
  const numbers = new Set([...known].map(numberOf))
  // An unknown folder is a new step, unless it is a copy of a known one.
  for (const slug of mine.filter(isSlug)) {
    const lesson = join(root, 'steps', slug, 'README.md')
    if (!numbers.has(numberOf(slug)) && (await readText(lesson))) known.add(slug)
  }
  return Promise.all([...known].toSorted().map((slug) => readStep(root, slug, starters)))
}

/**
 * The step a person means: `4`, `04`, `04-sigterm` or `sigterm`. Whether its folder is
 * there and whole is not looked at.
 *
 * @throws UserError naming the steps that exist
 */
export async function findStep(word: string | undefined, root = workshopRoot): Promise<Step> {
  const all = await steps(root)
  if (all.length === 0) {
    throw new UserError('There are no steps in steps/ and solutions/. Get the workshop again')
  }
  if (word === undefined) throw new UserError(`Which step? ${listSteps(all)}`)
  const wanted = word.toLowerCase()
  const found = all.find(({ number, slug }) =>
    /^\d+$/.test(wanted)
      ? number === Number(wanted)
      : slug === wanted || slug.slice(3) === wanted,
  )
  if (found) return found
  const name = /^\d+$/.test(word) ? word : `"${word}"`
  throw new UserError(`There is no step ${name}. ${listSteps(all)}`)
}

/**
 * The step a person means, with its programs there to be run.
 *
 * @throws UserError naming the steps that exist, or how to get back what is missing
 */
export async function requireRunnableStep(
  word: string | undefined,
  root = workshopRoot,
): Promise<Step> {
  const step = await findStep(word, root)
  await mustBeFolder(step, root)
  for (const entry of step.entries) await mustBeReadable(step, entry)
  return step
}

async function readStep(root: string, slug: string, starters: Starters): Promise<Step> {
  const folder = join(root, 'steps', slug)
  const solution = join(root, 'solutions', slug)
  const starter = starters[slug] ?? {}
  const page = async (name: string) =>
    (await readText(join(folder, name)).catch(() => undefined)) ?? starter[name]?.text
  const lesson = parseLesson((await page('README.md')) ?? '', await page('hints.md'))
  const names = [
    ...(await filesIn(solution)),
    ...Object.keys(starter),
    ...(await filesIn(folder)),
  ]
  return {
    number: numberOf(slug),
    slug,
    title: lesson.title || slug.slice(3).replaceAll('-', ' '),
    entries: programsAmong(names),
    needsCluster: names.includes('cluster-address.ts'),
    todoFiles: codeWithTodos(starter),
    folder,
    solution,
    lesson,
  }
}

function codeWithTodos(starter: Starter): string[] {
  const files = Object.entries(starter).filter(([path]) => !lessonFiles.includes(path))
  return files.filter(([, { text }]) => text.includes('TODO(')).map(([path]) => path)
}

function programsAmong(names: string[]): string[] {
  if (names.includes('index.ts')) return ['index.ts']
  const several = ['web.ts', 'worker.ts'].filter((name) => names.includes(name))
  return several.length > 0 ? several : ['index.ts']
}

function listSteps(all: Step[]): string {
  const numbers = all.map(({ number }) => number)
  const [first = 0] = numbers
  const unbroken = numbers.length > 1 && numbers.every((number, at) => number === first + at)
  const which = unbroken ? `${first} to ${numbers.at(-1)}` : numbers.join(', ')
  return `The steps are ${which}: ${all.map(({ slug }) => slug.slice(3)).join(', ')}`
}

const resetHint = ({ number }: Step): string =>
  `To get the starter back: npm run reset ${number}`

async function mustBeFolder(step: Step, root: string): Promise<void> {
  const facts = await stat(step.folder).catch(() => undefined)
  if (facts?.isDirectory()) return
  const back = resetHint(step)
  if (facts) throw new UserError(`steps/${step.slug} is not a folder. Move it away. ${back}`)
  const others = await foldersIn(join(root, 'steps'))
  const renamed = others.find((name) => Number.parseInt(name, 10) === step.number)
  const advice = renamed ? ` There is steps/${renamed}: did you rename it?` : ''
  throw new UserError(`The folder steps/${step.slug} is missing.${advice} ${back}`)
}

async function mustBeReadable(step: Step, entry: string): Promise<void> {
  const name = `steps/${step.slug}/${entry}`
  const back = resetHint(step)
  try {
    await readFile(join(step.folder, entry))
  } catch (error) {
    const code = errorCode(error) ?? 'unreadable'
    const what = isNotFound(error) ? 'is missing' : `cannot be read (${code}). Move it away`
    throw new UserError(`${name} ${what}. ${back}`)
  }
}
