import { expect, test } from 'vitest'
import { checkGlossary, findAvoided, proseOf } from '../../../workshop/dev/verify/glossary.ts'
import { courseOf } from './verify-fixture.ts'

test.each([
  ['It says farewell.', ['says', 'farewell']],
  ['Nobody hears the message.', ['Nobody', 'hears']],
  ['The address stands in the code.', ['stands in the code']],
  ['It waits for ever, as long as Redis is away.', ['for ever', 'as long as', 'away']],
  ['Whoever dials it', ['Whoever', 'dials']],
  ['the gate of a step', ['gate']],
])('%s', (text, words) => {
  const found = findAvoided(text).map((problem) => /"(.*?)"/.exec(problem)?.[1])
  expect(found.toSorted()).toEqual(words.toSorted())
})

test.each([
  'It logs `stopped`, receives a message, and runs forever.',
  'Answer right away; a stapler, an essay, a gateway, foretell, aggregate.',
])('%s has no avoided word', (text) => {
  expect(findAvoided(text)).toEqual([])
})

test('in source code only comments and sentences in strings are checked', () => {
  const source = [
    'const said = tell(heard) // it says so',
    "const url = 'redis://gone' + 'away'",
    "throw new Error('Nobody listens')",
    '/** @param say prints it */',
    'const text = `\n  it is gone`',
  ].join('\n')
  expect(findAvoided(proseOf(source)).map((problem) => problem.replace(/;.*/, ''))).toEqual([
    '1: "says"',
    '3: "Nobody"',
    '6: "gone"',
  ])
})

test('suites keep to it in names, but not in the programs of learners', () => {
  const sources = {
    'tests/01-a/helpers.ts': 'export function isTold() {}',
    'tests/01-a/wrong-programs.ts': "'s1-not-told': { gone: writeFile('a.ts', `say('gone')`) }",
    'tests/unit/a.ts': 'export function isTold() {}',
  }
  expect(checkGlossary(courseOf({ sources })).map((one) => one.replace(/;.*/, ''))).toEqual([
    'tests/01-a/helpers.ts:1: "Told"',
    'tests/01-a/wrong-programs.ts:1: "told"',
    'tests/01-a/wrong-programs.ts:1: "gone"',
  ])
})

test('a problem names its file and line; quoted code is not checked', () => {
  const readme =
    '# Title\n\n```console\nit says\n```\nRun `it says`. It says [more](gone.md).\n'
  expect(checkGlossary(courseOf({ readme, lessons: { '01-a': 'It says.' } }))).toEqual([
    'README.md:6: "says"; use: log, print, report, state',
    'steps/01-a/README.md:1: "says"; use: log, print, report, state',
  ])
})
