import {
  type CodeBlock,
  type Slide,
  blocksOf,
  bookendDecks,
  selectGoals,
  parseDeck,
  parseDirective,
  findTableUnder,
} from '../../course/deck.ts'
import { parseLesson } from '../../course/lesson.ts'
import { parseSnippetRef, extractSnippet } from '../../course/code-snippets.ts'
import { checkTypedCommands } from './lessons.ts'
import type { CourseFiles } from './read-course.ts'
import { checkImages, prefixProblems } from './pictures.ts'

const size = { least: 5, most: 9, quoted: 2 }

/** Every deck must be whole, quote what exists, and agree with its lesson. */
export function checkDecks(course: CourseFiles): string[] {
  const { deckTexts, decks, slugs } = course
  if (!decks) return []
  const outer = Object.values(bookendDecks)
  const missing = outer.filter((slug) => deckTexts[slug] === undefined)
  const unknown = Object.keys(deckTexts).filter(
    (slug) => slug !== 'README' && ![...slugs, ...outer].includes(slug),
  )
  return [
    ...missing.map((slug) => `slides/${slug}.md is missing`),
    ...unknown.map((slug) => `slides/${slug}.md: there is no step of that name`),
    ...Object.entries(deckTexts).flatMap(([slug, text]) =>
      slug === 'README'
        ? []
        : prefixProblems(`slides/${slug}.md`, checkDeck(course, slug, text)),
    ),
  ]
}

function checkDeck(course: CourseFiles, slug: string, text: string): string[] {
  const slides = parseDeck(text)
  const lesson = course.lessons[slug]
  return [
    ...slides.flatMap((slide, at) =>
      checkSlide(course, slide).map((problem) => `slide ${at + 1}: ${problem}`),
    ),
    ...(lesson === undefined ? [] : checkAgainst(lesson, slides)),
  ]
}

function checkSlide(course: CourseFiles, { body, notes, minutes }: Slide): string[] {
  const problems: string[] = []
  if (!/^#{1,2} \S/.test(body)) problems.push('should begin with a heading')
  if (minutes === undefined || notes === '')
    problems.push('needs a line "Note:", a line such as "3 min", and the notes of the speaker')
  return [
    ...problems,
    ...blocksOf(body).flatMap((block) => checkBlock(course, block)),
    ...body.split('\n').flatMap((line) => checkDirective(course, line)),
    ...checkImages(body, 'pictures', course),
    ...checkTypedCommands(`${body}\n${notes}`, course),
  ]
}

function checkBlock(course: CourseFiles, { info, lines }: CodeBlock): string[] {
  const snippet = parseSnippetRef(info)
  if (!snippet)
    return ['console', 'text'].includes(info)
      ? []
      : [`\`\`\`${info}: code is quoted, not pasted`]
  if (lines.length > 0) return [`${snippet.file} is quoted: nothing stands in the block itself`]
  const [, slug = '', ...path] = snippet.file.split('/')
  const text = course.solutionFiles[slug]?.[path.join('/')]
  if (text === undefined) return [`${snippet.file} is missing`]
  try {
    const { length } = extractSnippet(text, snippet.start)
    const wrong = snippet.groups
      .flat()
      .some(({ from, to }) => !(from >= 1 && from <= to && to <= length))
    return wrong ? [`${snippet.file}: the region has lines 1 to ${length}`] : []
  } catch (error) {
    return [`${snippet.file}: ${error instanceof Error ? error.message : String(error)}`]
  }
}

function checkDirective({ deckTexts }: CourseFiles, line: string): string[] {
  const directive = parseDirective(line)
  if (!directive || directive.name === 'goals') return []
  const { name, words } = directive
  if (name !== 'table') return [`@${name} is not known: there are @goals and @table`]
  const known = findTableUnder(deckTexts['README'] ?? '', words) !== undefined
  return known ? [] : [`slides/README.md has no table below "${words}"`]
}

function checkAgainst(lesson: string, slides: Slide[]): string[] {
  const body = slides.map((slide) => slide.body).join('\n')
  const blocks = blocksOf(body)
  const quoted = blocks.filter(({ info }) => parseSnippetRef(info)).length
  const [heading = ''] = lesson.split('\n')
  const problems: string[] = []
  if (!body.startsWith(`${heading}\n`))
    problems.push(`should begin "${heading}", as the lesson`)
  if (slides.length < size.least || slides.length > size.most)
    problems.push(`${slides.length} slides; ${size.least} to ${size.most} are right`)
  if (quoted < size.quoted)
    problems.push(`quotes ${quoted} regions of the solution; 2 or 3 are right`)
  if (!/^> /m.test(body)) problems.push('asks no question: an answer stands behind ">"')
  if (!blocks.some(({ info }) => info === 'console')) problems.push('has no console block')
  return [...problems, ...checkGoals(lesson, body), ...checkConsoleBlocks(lesson, blocks)]
}

function checkGoals(lesson: string, body: string): string[] {
  const { goals } = parseLesson(lesson)
  const shown = body.split('\n').flatMap((line) => {
    const { name, words = '' } = parseDirective(line) ?? {}
    return name === 'goals' ? selectGoals(words, goals) : []
  })
  const same = shown.length === goals.length && goals.every((goal, at) => goal === shown[at])
  return same ? [] : [`shows ${shown.length} goals of ${goals.length}: each once, in order`]
}

// Console blocks are run by the tests. What keys and a second terminal bring out is quoted.
function checkConsoleBlocks(lesson: string, blocks: CodeBlock[]): string[] {
  const known = new Set(lesson.split('\n'))
  const lines = blocks.flatMap((block) => (block.info === 'text' ? block.lines : []))
  const unknown = lines.filter((line) => !known.has(line))
  return unknown.map((line) => `the lesson does not show the line: ${line}`)
}
