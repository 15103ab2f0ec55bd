import { expect, test } from 'vitest'
import {
  checkCommands,
  checkMistakes,
  checkReadme,
  checkRegistration,
} from '../../../workshop/dev/verify/registration.ts'
import { courseOf } from './verify-fixture.ts'

const row = (number: number, name: string, slug: string) =>
  `| ${number} | [${name}](steps/${slug}/README.md) | what |\n`
const mistake = (id: string) => `  {\n    id: '${id}',\n  },\n`

test("the README's table must have a row for each step", () => {
  const good = row(1, 'a', '01-a') + row(2, 'b', '02-b') + '| 3 | c, to come | what |\n'
  expect(checkReadme(courseOf({ readme: good }))).toEqual([])
  expect(checkReadme(courseOf({ readme: row(1, 'a', '01-a') + row(3, 'c', '03-c') }))).toEqual([
    'README.md: row 3 leads to steps/03-c/README.md, which is no step',
    'README.md: the table has no row | 2 | [b](steps/02-b/README.md)',
  ])
  expect(checkReadme(courseOf({ readme: row(1, 'a', '01-a') + row(3, 'b', '02-b') }))).toEqual([
    'README.md: the row of 02-b should begin | 2 | [b]',
  ])
})

test('the README links to the site, once it has an address', () => {
  const readme = row(1, 'a', '01-a') + row(2, 'b', '02-b')
  const packageJson = '{ "homepage": "https://example.org/workshop/" }'
  expect(checkReadme(courseOf({ readme, packageJson }))).toEqual([
    'README.md: does not link to the homepage of package.json, https://example.org/workshop/',
  ])
  const linked = `${readme}[Read it](https://example.org/workshop/)`
  expect(checkReadme(courseOf({ readme: linked, packageJson }))).toEqual([])
})

test('a browser test must have the name of a step', () => {
  const sources = { 'tests/e2e/browser/01-a.test.ts': '', 'tests/e2e/browser/02-a.test.ts': '' }
  expect(checkRegistration(courseOf({ sources }))).toEqual([
    'tests/e2e/browser/02-a.test.ts: there is no step of that name',
  ])
})

test('scripts and commands must match', () => {
  const packageJson = JSON.stringify({
    scripts: {
      step: 'node workshop/launcher.cjs step',
      run: 'node workshop/launcher.cjs runn',
    },
  }).replaceAll('":"', '": "')
  const cli = [
    "  step: () => import('./commands/step.ts'),",
    "  'a-b': () => import('./commands/ab.ts'),",
  ]
  const sources = { 'workshop/cli.ts': cli.join('\n'), 'workshop/commands/step.ts': '' }
  expect(checkCommands(courseOf({ packageJson, sources }))).toEqual([
    'package.json: "run" runs "runn", which cli.ts lacks',
    'workshop/cli.ts: "a-b" has no script in package.json',
    'workshop/cli.ts: "a-b" needs workshop/commands/ab.ts, which is missing',
  ])
})

test('ids of mistakes must be unique within a step', () => {
  const sources = {
    'tests/01-a/diagnoses.ts': mistake('s1-x') + mistake('s1-y'),
    'tests/01-a/diagnoses/more.ts': mistake('s1-y'),
    'tests/02-b/diagnoses.ts': mistake('s1-y'),
  }
  expect(checkMistakes(courseOf({ sources }))).toEqual([
    'tests/01-a/diagnoses/more.ts: the id s1-y is taken already, in tests/01-a/diagnoses.ts',
  ])
})
