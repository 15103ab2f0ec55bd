import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { isRecord } from '../../course/text.ts'
import type { CourseFiles, FileMap } from './read-course.ts'

// Which files may import which, by path from the project's folder. The first line that fits
// a file is its rule.
const suites = String.raw`tests/(shared|\d\d-[^/]+)/`
const floor = String.raw`workshop/(course|process|proxy|redis|router|session)/`
const ground = String.raw`workshop/(errors|paths|terminal-text)\.ts$`
const check = 'workshop/check/'
const pages = 'tests/e2e/(browser/)?support/'
const rules = [
  rule(String.raw`tests/\d\d-[^/]+\.test\.ts$`, [suites, check]),
  rule(suites, [suites, check]),
  rule(String.raw`tests/e2e/browser/\d\d-[^/]+\.test\.ts$`, [pages, suites, check]),
  rule(pages, [pages, suites, check, floor, ground]),
  rule('tests/', ['tests/', 'workshop/']),
  rule(String.raw`workshop/cli\.ts$`, ['workshop/(commands|process)/', ground]),
  rule('workshop/commands/', [
    'workshop/(commands|check|classroom|dev|guide|site|slides)/',
    'tests/e2e/support/',
    floor,
    ground,
  ]),
  rule('workshop/guide/', ['workshop/(guide|check|classroom|web)/', floor, ground]),
  rule('workshop/classroom/', ['workshop/(classroom|check|web)/', floor, ground]),
  rule('workshop/slides/', ['workshop/(slides|guide|web)/', floor, ground]),
  rule('workshop/site/', ['workshop/(site|guide|slides|web)/', floor, ground]),
  rule('workshop/web/', ['workshop/web/', floor, ground]),
  rule('workshop/dev/', [
    'workshop/(dev|check|classroom|guide|site)/',
    'tests/',
    floor,
    ground,
  ]),
  rule('workshop/deploy/', ['workshop/deploy/', ground]),
  rule(check, [check, 'tests/', floor, ground]),
  rule(floor, [floor, ground]),
  rule('workshop/', [ground]),
]

function rule(from: string, to: string[]): { from: RegExp; to: RegExp } {
  return { from: new RegExp(`^${from}`), to: new RegExp(`^(${to.join('|')})`) }
}

/** Imports go one way only, and a step knows packages and its own folder. */
export function checkImports(course: CourseFiles): string[] {
  return [
    ...Object.entries(course.sources).flatMap(([path, text]) => checkFile(path, text)),
    ...checkCircles(course.sources),
    ...stepSources(course).flatMap(([path, text]) => checkStepFile(path, text, course)),
  ]
}

/** What a source imports, types too, as written. */
export function importsOf(text: string): string[] {
  const stated = /^\s*(?:import|export)\s(?:[\w\s{},*$]*?\bfrom\s*)?(['"])([^'"\n]+)\1/gm
  const called = /\bimport\(\s*(['"])([^'"\n]+)\1/g
  return [stated, called].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, , to = '']) => to),
  )
}

function targetsOf(path: string, text: string): string[] {
  const relative = importsOf(text).filter((to) => to.startsWith('.'))
  return relative.map((to) => posix.join(posix.dirname(path), to))
}

function checkFile(path: string, text: string): string[] {
  const to = rules.find(({ from }) => from.test(path))?.to
  const wrong = targetsOf(path, text).filter((target) => !to?.test(target))
  return wrong.map((target) => `${path}: must not import ${target}`)
}

// The folders of the floor may use one another, but never in a circle of two.
function checkCircles(sources: FileMap): string[] {
  const edges = new Map<string, string>()
  for (const [path, text] of Object.entries(sources).filter(([name]) => folderOf(name))) {
    for (const target of targetsOf(path, text)) {
      edges.set(`${folderOf(path)} ${folderOf(target)}`, path)
    }
  }
  return [...edges].flatMap(([edge, path]) => {
    const [from = '', to = ''] = edge.split(' ')
    const back = from < to ? edges.get(`${to} ${from}`) : undefined
    return back ? [`${path} imports from ${to}, and ${back} from ${from}: a circle`] : []
  })
}

function folderOf(path: string): string {
  return new RegExp(`^${floor}`).exec(path)?.[1] ?? ''
}

function stepSources({ starterFiles, solutionFiles }: CourseFiles): [string, string][] {
  return [...under('steps', starterFiles), ...under('solutions', solutionFiles)]
}

function under(place: string, files: Record<string, FileMap>): [string, string][] {
  return Object.entries(files).flatMap(([slug, texts]) =>
    Object.entries(texts).map(([name, text]): [string, string] => [
      `${place}/${slug}/${name}`,
      text,
    ]),
  )
}

function checkStepFile(path: string, text: string, course: CourseFiles): string[] {
  const home = path.split('/').slice(0, 2).join('/') + '/'
  const outside = targetsOf(path, text).filter((target) => !target.startsWith(home))
  const packages = importsOf(text).filter((to) => !to.startsWith('.') && !isBuiltin(to))
  const unknown = packages.filter((to) => !dependencies(course).has(packageOf(to)))
  return [
    ...outside.map(
      (target) => `${path}: must not import ${target}, which is outside of its folder`,
    ),
    ...unknown.map((to) => `${path}: imports ${to}, which is no dependency in package.json`),
  ]
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function dependencies({ packageJson = '{}' }: CourseFiles): Set<string> {
  const found: unknown = JSON.parse(packageJson)
  const list = isRecord(found) ? found['dependencies'] : {}
  return new Set(isRecord(list) ? Object.keys(list) : [])
}
