import { join } from 'node:path'
import { bookendDecks } from '../../course/deck.ts'
import { filesIn, foldersIn, readText } from '../../course/files.ts'
import { type Starter, isSlug, readStartersOrEmpty } from '../../course/starters.ts'

/** Texts by path. */
export type FileMap = Record<string, string>

/** Everything `npm run verify` looks at, read once. */
export interface CourseFiles {
  /** Every slug found in any of its places, in order. */
  slugs: string[]
  steps: string[]
  solutions: string[]
  suites: string[]
  /** Slugs of decks; undefined while there is none at all. */
  decks: string[] | undefined
  /** Every Markdown file in slides/, by name: `04-sigterm`, `README`. */
  deckTexts: FileMap
  /** The lesson of each slug that has one. */
  lessons: FileMap
  /** Its hints.md. */
  hints: FileMap
  /** The starter's code by slug: as in starters.json, or in steps/ while it is not there yet. */
  starterFiles: Record<string, FileMap>
  solutionFiles: Record<string, FileMap>
  /** The drawings of slides and lessons, by name. */
  pictures: FileMap
  /** Sources by path from the project's folder: tests/ and workshop/. */
  sources: FileMap
  readme: string | undefined
  /** The other pages of the project's folder, by name: `GLOSSARY.md`. */
  pages: FileMap
  packageJson: string | undefined
}

/** Reads the course. What a learner edited in steps/ is not looked at where the starter is known. */
export async function readCourse(root: string): Promise<CourseFiles> {
  const [steps, solutions, starters] = await Promise.all([
    foldersIn(join(root, 'steps')),
    foldersIn(join(root, 'solutions')),
    readStartersOrEmpty(root),
  ])
  const suites = await slugsOf(join(root, 'tests'), '.test.ts')
  const decks = (await slugsOf(join(root, 'slides'), '.md')).filter(
    (slug) => !Object.values(bookendDecks).includes(slug),
  )
  const slugs = [...steps.filter(isSlug), ...solutions.filter(isSlug), ...suites, ...decks]
  const unique = [...new Set(slugs)].toSorted()
  const all = { lessons: {}, hints: {}, starterFiles: {}, solutionFiles: {} }
  const course: CourseFiles = {
    ...all,
    slugs: unique,
    steps: steps.filter(isSlug),
    solutions: solutions.filter(isSlug),
    suites,
    decks: decks.length > 0 ? decks : undefined,
    deckTexts: await deckTextsIn(join(root, 'slides')),
    pictures: await textsOf(join(root, 'slides', 'pictures'), /\.svg$/),
    sources: { ...(await textsIn(root, 'tests')), ...(await textsIn(root, 'workshop')) },
    readme: await readText(join(root, 'README.md')),
    pages: await pagesIn(root),
    packageJson: await readText(join(root, 'package.json')),
  }
  for (const slug of unique) await readStepInto(root, slug, starters[slug] ?? {}, course)
  return course
}

async function readStepInto(
  root: string,
  slug: string,
  starter: Starter,
  course: CourseFiles,
): Promise<void> {
  const known = Object.entries(starter).map(([path, { text }]) => [path, text])
  const files: FileMap =
    known.length > 0 ? Object.fromEntries(known) : await textsOf(join(root, 'steps', slug))
  const { 'README.md': lesson, 'hints.md': hints, ...code } = files
  if (lesson !== undefined) course.lessons[slug] = lesson
  if (hints !== undefined) course.hints[slug] = hints
  course.starterFiles[slug] = code
  course.solutionFiles[slug] = await textsOf(join(root, 'solutions', slug))
}

async function pagesIn(root: string): Promise<FileMap> {
  const pages: FileMap = {}
  for (const name of ['GLOSSARY.md', 'CONTRIBUTING.md', 'DEPLOY.md', 'CHANGELOG.md']) {
    const text = await readText(join(root, name))
    if (text !== undefined) pages[name] = text
  }
  return pages
}

async function deckTextsIn(folder: string): Promise<FileMap> {
  const texts = Object.entries(await textsOf(folder, /^[^/]+\.md$/))
  return Object.fromEntries(texts.map(([name, text]) => [name.slice(0, -'.md'.length), text]))
}

async function slugsOf(folder: string, ending: string): Promise<string[]> {
  const names = (await filesIn(folder)).filter((name) => name.endsWith(ending))
  return names.map((name) => name.slice(0, -ending.length)).filter(isSlug)
}

async function textsIn(root: string, folder: string): Promise<FileMap> {
  const texts = Object.entries(await textsOf(join(root, folder), /\.tsx?$/))
  return Object.fromEntries(texts.map(([path, text]) => [`${folder}/${path}`, text]))
}

async function textsOf(folder: string, only = /./): Promise<FileMap> {
  const texts: FileMap = {}
  for (const path of (await filesIn(folder)).filter((name) => only.test(name))) {
    texts[path] = (await readText(join(folder, path))) ?? ''
  }
  return texts
}
