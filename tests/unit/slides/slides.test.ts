import { expect, onTestFinished, test } from 'vitest'
import { parseDeck, parseSnippetRef, extractSnippet } from '../../../workshop/course/index.ts'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

const file = `// Opens.

export const few = 1 // one line

// Documents main.
export function main(
  a: number,
): void {
  if (a > 1) {
    print()

    return
  } else {
    stop()
  }
  const list = [
    1,
  ]
}

export const table = {
  /** Prints it. */
  print(): void {
    one()
  },
  other(): void {},
}
`

test.each<[string, number]>([
  ['export const few', 1],
  ['// Documents', 15],
  ['if (a > 1)', 7],
  ['const list', 3],
  ['print(): void', 3],
  ['/** Prints', 4],
  ['other()', 1],
  ['export const table', 7],
])('the snippet that starts with %s has %i lines', (start, lines) => {
  const snippet = extractSnippet(file, start)
  expect(snippet).toHaveLength(lines)
  expect(snippet[0]).toMatch(/^\S/)
})

test('a snippet must start on exactly one line', () => {
  expect(() => extractSnippet(file, 'export const none')).toThrow('no line starts with')
  expect(() => extractSnippet(file, 'export const')).toThrow('2 lines start with')
})

test('parseSnippetRef reads the file, the first line and the highlighted lines', () => {
  expect(parseSnippetRef(`ts solutions/01-a/x.ts "print("hi")" 1-2,4|5`)).toEqual({
    file: 'solutions/01-a/x.ts',
    start: 'print("hi")',
    groups: [
      [
        { from: 1, to: 2 },
        { from: 4, to: 4 },
      ],
      [{ from: 5, to: 5 }],
    ],
  })
  expect(parseSnippetRef('ts')).toBeUndefined()
  expect(parseSnippetRef('console')).toBeUndefined()
})

test('parseDeck reads slides, notes and minutes', () => {
  expect(parseDeck('# A\n\nNote:\n3 min\nExplain\nit.\n\n---\n\n## B\n')).toEqual([
    { body: '# A', notes: 'Explain\nit.', minutes: 3 },
    { body: '## B', notes: '', minutes: undefined },
  ])
})

test('the slides are served on loopback until Ctrl+C, and no process is left', async () => {
  const clone = await WorkspaceFixture.create({}, onTestFinished)
  const terminal = clone.launch('slides')
  const url = await terminal.waitForOutput(/The slides are at (http:\/\/127\.0\.0\.1:\d+)\//)
  const status = async (path: string, headers = {}) =>
    (await fetch(url + path, { headers })).status
  expect(await status('/')).toBe(200)
  expect(await status('/slides.js')).toBe(200)
  expect(await status('/12-never')).toBe(404)
  expect(await status('/pictures/..%2F..%2Fpackage.json')).toBe(404)
  expect(await status('/running/08-dispatch')).toBe(200)
  expect(await status('/', { 'sec-fetch-site': 'cross-site' })).toBe(403)
  terminal.signal('SIGINT')
  expect(await terminal.ended).toMatchObject({ code: 0, signal: null })
  await clone.expectNothingRuns()
})
