import { expect, test } from 'vitest'
import { checkDecks } from '../../../workshop/dev/verify/decks.ts'
import { courseOf, end } from './verify-fixture.ts'

const note = '\n\nNote:\n2 min\nExplain it.\n'
const slide = (body: string) => body + note
const heading = '# Step 1 · Hello'
const lesson = `${heading}\n\n## Goals\n\n- prints a\n- prints b\n\n## See it work\n\nweb.1 | a\n`
const quoted = (words: string) => `\`\`\`ts solutions/01-a/index.ts ${words}\n\`\`\``
const good = [
  slide(heading),
  slide('## Idea\n\n![it](pictures/it.svg "live")\n\n```console\n$ npm run step 1\n```'),
  slide('## Exercise\n\n@goals 1\n\n@goals 2'),
  slide(`## One\n\n${quoted('"// Prints it." 1|2')}`),
  slide(`## Two\n\n${quoted('"console.log("')}\n\n> Yes.`),
]

function found(slides: string[]): string[] {
  return checkDecks(
    courseOf({
      slugs: ['01-a'],
      decks: ['01-a'],
      deckTexts: {
        '00-opening': slide('# Hello\n\n@table Day'),
        '01-a': slides.join('\n---\n\n'),
        '99-closing': slide('# Bye'),
        README: '## Day\n\n| a |\n|---|\n',
      },
      lessons: { '01-a': lesson },
      pictures: { 'it.svg': '<svg/>' },
      packageJson: '{"step": "x"}',
    }),
  )
}

test('a consistent deck has no problems', () => {
  expect(found(good)).toEqual([])
})

test('missing decks, and decks without a step, are problems', () => {
  const course = courseOf({ decks: ['01-a'], deckTexts: { '03-c': slide('# C') } })
  expect(checkDecks(course)).toEqual([
    'slides/00-opening.md is missing',
    'slides/99-closing.md is missing',
    'slides/03-c.md: there is no step of that name',
  ])
})

test.each<[string, string, string]>([
  ['heading', heading, '# Step 1 · Hallo'],
  ['notes', 'Explain it.', ''],
  ['minutes', '2 min', 'two'],
  ['goal', '@goals 2', ''],
  ['order', '@goals 1', '@goals 3'],
  ['directive', '@goals 2', '@goals 2\n\n@gaols'],
  ['table', '@goals 2', '@goals 2\n\n@table Night'],
  ['picture', 'it.svg', 'that.svg'],
  ['words for a picture', '![it]', '![]'],
  ['command', 'npm run step', 'npm run stop'],
  ['region', 'console.log(', 'console.warn('],
  ['file', 'index.ts "console', 'other.ts "console'],
  ['lines', '1|2', '1|3'],
  ['pasted code', '```console', '```ts'],
  ['code in a quotation', '"console.log("\n', '"console.log("\nconsole.log(1)\n'],
  ['printed line', '> Yes.', '> Yes.\n\n```text\nweb.1 | b\n```'],
  ['answer', '> Yes.', 'Yes.'],
])('a wrong %s is reported for its deck only', (_, before, after) => {
  const slides = good.join('\n---\n\n').replace(before, after)
  const problems = found([slides])
  expect(problems.length).toBeGreaterThan(0)
  expect(problems).toEqual(problems.map(() => expect.stringMatching(/^slides\/01-a\.md: /)))
})

test('a snippet that starts on two lines is a problem', () => {
  const twice = courseOf({
    decks: ['01-a'],
    deckTexts: { '01-a': slide(`# X\n\n${quoted('"console.log("')}`) },
    solutionFiles: { '01-a': { 'index.ts': end + "console.log('again')\n" } },
  })
  expect(checkDecks(twice)).toContain(
    'slides/01-a.md: slide 1: solutions/01-a/index.ts: 2 lines start with console.log(',
  )
})
