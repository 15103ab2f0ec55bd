import { anchorOf, parseHints, parseLesson, sectionsOf } from '../../course/lesson.ts'
import { numberOf } from '../../course/starters.ts'
import { countLines } from '../../course/text.ts'
import type { CourseFiles } from './read-course.ts'
import { parseCheck } from './parse-check.ts'

const sections = [
  'See it fail',
  'The idea',
  'Goals',
  'Do',
  'See it work',
  'What you learned',
  'In production',
  'Common problems',
  'Read',
]
const hints = ['Nudge', 'Concept', 'Nearly code']
const size = { least: 40, most: 130 }

/** Every lesson must have its parts, and its goals must be the names of the check's tests. */
export function checkLessons(course: CourseFiles): string[] {
  return course.slugs.flatMap((slug) => {
    const text = course.lessons[slug]
    if (text === undefined) return [`steps/${slug}/README.md is missing`]
    const problems = [
      ...checkHeading(text, slug),
      ...checkSections(text),
      ...checkHints(course.hints[slug] ?? ''),
      ...checkTodos(text, course.starterFiles[slug] ?? {}),
      ...checkForm(text, course, slug),
      ...checkTypedCommands(`${text}\n${course.hints[slug] ?? ''}`, course),
    ]
    const check = course.sources[`tests/${slug}.test.ts`]
    return [
      ...problems.map((problem) => `steps/${slug}/README.md: ${problem}`),
      ...(check === undefined ? [] : checkGoals(slug, text, check)),
    ]
  })
}

function checkForm(text: string, course: CourseFiles, slug: string): string[] {
  const problems = [
    ...checkFileTable(text, course.starterFiles[slug] ?? {}),
    ...checkLinks(text, course),
  ]
  if (!/\*\*Before you start:?\*\*.*\*\*Time:?\*\*/.test(text))
    problems.push('needs "**Before you start**: …" and "**Time**: …" in one line')
  const hint = `npm run hint ${numberOf(slug)}`
  if (!text.includes(hint)) problems.push(`"Do" does not name \`${hint}\``)
  return problems
}

// "Do" names every file of the step: to edit, to read, or given; "all others" are given.
function checkFileTable(text: string, files: Record<string, string>): string[] {
  const lines = sectionsOf(text).find(({ name }) => name === 'Do')?.lines ?? []
  const rows = lines.filter((line) => line.startsWith('|')).join('\n')
  if (/^\| all others \|/m.test(rows)) return []
  const missing = Object.keys(files).filter((name) => !rows.includes(`\`${name}\``))
  return missing.map((name) => `the table of files in "Do" lacks ${name}`)
}

// To the glossary and to other lessons.
function checkLinks(text: string, { pages, slugs }: CourseFiles): string[] {
  const headings = [...(pages['GLOSSARY.md'] ?? '').matchAll(/^#+ (.*)$/gm)].map(
    ([, heading = '']) => heading,
  )
  const known = new Set([
    'hints.md',
    ...slugs.map((slug) => `../${slug}/README.md`),
    ...headings.map((heading) => `../../GLOSSARY.md#${anchorOf(heading)}`),
  ])
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
  const files = /^\.\.\/\.\.\/(slides\/pictures\/|[A-Z]+\.md$)/
  return links
    .map(([, to = '']) => to)
    .filter((to) => !known.has(to) && !files.test(to))
    .map((to) => `links to ${to}, which is not there`)
}

function checkHeading(text: string, slug: string): string[] {
  const start = `# Step ${numberOf(slug)} · `
  const problems = text.startsWith(start) ? [] : [`should begin "${start}", then the title`]
  const lines = countLines(text)
  return lines >= size.least && lines <= size.most
    ? problems
    : [...problems, `${lines} lines; ${size.least} to ${size.most} are right`]
}

function checkSections(text: string): string[] {
  const found = sectionsOf(text).map(({ name }) => name)
  const missing = sections.filter((name) => !found.includes(name))
  const odd = found.filter((name, at) => !sections.includes(name) || found.indexOf(name) !== at)
  const problems = [
    ...missing.map((name) => `the section "## ${name}" is missing`),
    ...odd.map((name) => `"## ${name}" is not a section of a lesson, or is there twice`),
  ]
  const inOrder = found.join() === sections.join()
  return problems.length > 0 || inOrder
    ? problems
    : [`the order should be: ${sections.join(', ')}`]
}

function checkHints(text: string): string[] {
  const found = parseHints(text)
  const names = found.map(({ title }) => title)
  const empty = found.filter((hint) => hint.text.trim() === '').map(({ title }) => title)
  return [
    ...(names.join() === hints.join() ? [] : [`the hints should be: ${hints.join(', ')}`]),
    ...empty.map((name) => `the hint "${name}" is empty`),
  ]
}

function checkTodos(text: string, files: Record<string, string>): string[] {
  const code = Object.values(files).join('\n')
  const todos = new Set([...code.matchAll(/TODO\(\d+\)/g)].map(([todo]) => todo))
  const unsaid = [...todos].filter((todo) => !text.includes(todo))
  return unsaid.map((todo) => `"Do" does not name ${todo} of the starter`)
}

/** Every `npm run` in a text must be a script. */
export function checkTypedCommands(text: string, { packageJson = '' }: CourseFiles): string[] {
  const typed = new Set([...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name))
  const unknown = [...typed].filter((name) => !packageJson.includes(`"${name}": "`))
  return unknown.map((name) => `"npm run ${name}" is no script of package.json`)
}

function checkGoals(slug: string, lesson: string, source: string): string[] {
  const file = `tests/${slug}.test.ts`
  const check = parseCheck(source)
  const { goals } = parseLesson(lesson)
  const problems = check.slug === slug ? [] : [`${file}: should call defineCheck('${slug}', …)`]
  if (goals.length === 0) problems.push(`steps/${slug}/README.md: "## Goals" has no bullets`)
  for (const goal of goals.filter((name) => !check.goals.includes(name))) {
    problems.push(`${file}: no test is named like the lesson's goal "${goal}"`)
  }
  for (const name of check.goals.filter((goal) => !goals.includes(goal))) {
    problems.push(`steps/${slug}/README.md: "## Goals" lacks the test "${name}"`)
  }
  const same =
    goals.length === check.goals.length && goals.every((goal, at) => goal === check.goals[at])
  if (problems.length === 0 && !same)
    problems.push(`${file}: the tests should be in the lesson's order`)
  return problems
}
