// The course as plain files, to be read without a server of ours. Every address in it is relative.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesIn } from '../course/files.ts'
import { type Step, readText, steps } from '../course/index.ts'
import { isRecord, parseJson } from '../course/text.ts'
import { root } from '../paths.ts'
import { readDecks, textsFor } from '../slides/index.ts'
import { readRecording } from '../guide/recording.ts'
import { buildAssets, jsonInScript } from '../web/index.ts'
import { frame } from './frame.ts'
import {
  type Page,
  deckPage,
  decksPage,
  homePage,
  lessonPage,
  plainText,
  solutionPage,
  textPage,
} from './pages.ts'
import type { SearchEntry } from './protocol.ts'

// What a page links to of the project's files.
const copied = /href="files\/([^"]+)\.txt"/g

/** Writes the site. @param folder absolute; what is in it is removed @returns the names of its pages */
export async function buildSite(folder: string): Promise<string[]> {
  const here = join(root, 'workshop', 'site')
  const slides = join(root, 'workshop', 'slides', 'client')
  const [course, { files: assets }, address] = await Promise.all([
    steps(),
    buildAssets([
      { in: join(here, 'client', 'main.tsx'), out: 'site' },
      { in: join(here, 'client', 'style', 'site.css'), out: 'site' },
      { in: join(slides, 'main.ts'), out: 'slides' },
      { in: join(slides, 'style', 'slides.css'), out: 'slides' },
    ]),
    readAddress(),
  ])
  const pages = await makePages(course)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await cp(join(root, 'slides', 'pictures'), join(folder, 'pictures'), { recursive: true })
  for (const [, path = ''] of pages.flatMap(({ main }) => [...main.matchAll(copied)]))
    await cp(join(root, path), join(folder, 'files', `${path}.txt`))
  const texts = new Map<string, string | Uint8Array>()
  for (const page of pages) texts.set(page.file, frame(page, { steps: course, address }))
  for (const [path, { body }] of assets) texts.set(path.slice(1), body)
  // A script and no JSON: a page that was opened as a file may load scripts alone.
  texts.set(
    'search-entries.js',
    `searchEntries(${jsonInScript(pages.flatMap(searchEntries))})\n`,
  )
  // GitHub Pages would leave out names that begin with an underscore.
  texts.set('.nojekyll', '')
  for (const [name, text] of texts) await writeFile(join(folder, name), text)
  return pages.map(({ file }) => file)
}

async function makePages(course: Step[]): Promise<Page[]> {
  const [decks, glossary, deploy, classroom] = await Promise.all([
    readDecks(),
    readText(join(root, 'GLOSSARY.md')),
    readText(join(root, 'DEPLOY.md')),
    readText(join(root, 'CLASSROOM.md')),
  ])
  const pages = [homePage(course)]
  for (const step of course) {
    pages.push(lessonPage(step, course, await readRecording(step.slug)))
    pages.push(solutionPage(step, course, await textsIn(step.solution)))
  }
  pages.push(decksPage(decks))
  for (const deck of decks) pages.push(deckPage({ deck, texts: await textsFor(deck) }))
  pages.push(textPage('glossary.html', 'Glossary', glossary ?? ''))
  pages.push(textPage('deploy.html', 'Deploy to a platform', deploy ?? ''))
  pages.push(textPage('classroom.html', 'Classroom', classroom ?? ''))
  return pages
}

async function textsIn(folder: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  for (const name of await filesIn(folder))
    texts[name] = (await readText(join(folder, name))) ?? ''
  return texts
}

// The one setting: `homepage` in package.json.
async function readAddress(): Promise<string | undefined> {
  const found = parseJson((await readText(join(root, 'package.json'))) ?? '')
  const homepage = isRecord(found) ? found['homepage'] : undefined
  return typeof homepage === 'string' ? homepage.replace(/\/?$/, '/') : undefined
}

// The parts of a page: what is under each heading that has an address.
function searchEntries({ file, title, main, kind }: Page): SearchEntry[] {
  const [start = '', ...parts] = main.split(/<h[23] id="/)
  return [
    { id: file, page: title, heading: '', text: plainText(start) },
    ...parts.map((part) => {
      const [, anchor = '', heading = '', rest = ''] =
        /^([^"]*)">([^]*?)<\/h[23]>([^]*)$/.exec(part) ?? []
      return {
        id: `${file}#${anchor}`,
        page: title,
        heading: plainText(heading),
        text: kind === 'code' ? '' : plainText(rest),
      }
    }),
  ]
}
