import { expect, test } from 'vitest'
import { checkImports, importsOf } from '../../../workshop/dev/verify/imports.ts'
import { courseOf } from './verify-fixture.ts'

test('importsOf finds imports on one line or on several', () => {
  const source = `import a from './a.ts'
import {
  type B,
} from "./b.ts"
import './c.ts'
export * from './d.ts'
export { type E } from './e.ts'
const f = await import('./f.ts')
const text = "import g from './g.ts'"
// import h from './h.ts'
`
  expect(importsOf(source)).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `./${name}.ts`),
  )
})

test.each([
  ['tests/01-a.test.ts', '../workshop/check/suite.ts', true],
  ['tests/01-a.test.ts', './01-a/diagnoses.ts', true],
  ['tests/01-a.test.ts', '../solutions/01-a/index.ts', false],
  ['tests/01-a.test.ts', '../workshop/proxy/index.ts', false],
  ['tests/shared/chat.ts', '../../workshop/check/suite.ts', true],
  ['tests/shared/chat.ts', '../../workshop/commands/check.ts', false],
  ['tests/e2e/browser/01-a.test.ts', './support/index.ts', true],
  ['tests/e2e/browser/01-a.test.ts', '../../shared/sessions.ts', true],
  ['tests/e2e/browser/01-a.test.ts', '../../../workshop/proxy/index.ts', false],
  ['tests/e2e/browser/support/scene.ts', '../../../../workshop/paths.ts', true],
  ['tests/shared/chat.ts', '../e2e/browser/support/scene.ts', false],
  ['tests/01-a.test.ts', './e2e/browser/support/index.ts', false],
  ['tests/unit/a.test.ts', '../../workshop/commands/check.ts', true],
  ['workshop/cli.ts', './commands/step.ts', true],
  ['workshop/cli.ts', './proxy/index.ts', false],
  ['workshop/commands/check.ts', '../check/report.ts', true],
  ['workshop/commands/check.ts', '../cli.ts', false],
  ['workshop/check/report.ts', '../commands/check.ts', false],
  ['workshop/redis/find.ts', '../process/index.ts', true],
  ['workshop/redis/find.ts', '../check/report.ts', false],
  ['workshop/proxy/redis-proxy.ts', '../../workshop/check/suite.ts', false],
  ['workshop/errors.ts', './redis/index.ts', false],
])('%s importing %s: %s', (path, to, allowed) => {
  const found = checkImports(courseOf({ sources: { [path]: `import '${to}'\n` } }))
  expect(found).toHaveLength(allowed ? 0 : 1)
})

test('two folders must not import each other', () => {
  const sources = {
    'workshop/redis/a.ts': "import '../proxy/b.ts'\n",
    'workshop/proxy/b.ts': "import '../redis/c.ts'\n",
  }
  expect(checkImports(courseOf({ sources }))).toEqual([
    'workshop/proxy/b.ts imports from redis, and workshop/redis/a.ts from proxy: a circle',
  ])
})

test('a step may import packages and files of its own folder only', () => {
  const imports = [
    'node:net',
    'fs',
    'redis',
    '@a/b/c',
    'left-pad',
    './x.ts',
    '../01-a/index.ts',
  ]
  const text = imports.map((to) => `import '${to}'\n`).join('')
  const packageJson = '{"dependencies":{"redis":"6","@a/b":"1"}}'
  const found = checkImports(
    courseOf({ solutionFiles: { '02-b': { 'index.ts': text } }, packageJson }),
  )
  expect(found).toEqual([
    expect.stringContaining('must not import solutions/01-a/index.ts'),
    expect.stringContaining('imports left-pad'),
  ])
})
