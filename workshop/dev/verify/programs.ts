import { countLines } from '../../course/text.ts'
import type { CourseFiles, FileMap } from './read-course.ts'

const most = { lines: 250, linesOfFile: 120, comment: 5, todos: 5 }

/** Starters must be solutions minus the lesson; solutions must be small and have a comment. */
export function checkPrograms(course: CourseFiles): string[] {
  return course.slugs.flatMap((slug) => {
    const starter = course.starterFiles[slug] ?? {}
    const solution = course.solutionFiles[slug] ?? {}
    // What is missing altogether is reported by checkRegistration, once.
    if (!course.steps.includes(slug) || !course.solutions.includes(slug)) return []
    return [
      ...checkNames(slug, starter, solution),
      ...checkTodos(slug, starter, solution),
      ...checkSizes(slug, starter, solution),
      ...checkHeaderComments(slug, solution),
      ...checkUnchangedFiles(course, slug),
    ]
  })
}

function checkNames(slug: string, starter: FileMap, solution: FileMap): string[] {
  const toGive = Object.keys(solution).filter((name) => starter[name] === undefined)
  const toSolve = Object.keys(starter).filter((name) => solution[name] === undefined)
  return [
    ...toGive.map((name) => `steps/${slug}/${name} is missing: the solution has it`),
    ...toSolve.map((name) => `solutions/${slug}/${name} is missing: the starter has it`),
  ]
}

function checkTodos(slug: string, starter: FileMap, solution: FileMap): string[] {
  const numbers = todosIn(Object.values(starter).join('\n'))
  const problems: string[] = []
  const inOrder = numbers.every((number, at) => number === at + 1)
  if (numbers.length === 0 || numbers.length > most.todos || !inOrder) {
    const found = numbers.length > 0 ? numbers.join(', ') : 'none'
    problems.push(
      `steps/${slug}: TODO(1) to at most TODO(${most.todos}) are right; found: ${found}`,
    )
  }
  for (const [name, text] of Object.entries(solution)) {
    if (todosIn(text).length > 0) problems.push(`solutions/${slug}/${name}: a TODO(n) is left`)
    const given = starter[name]
    const untold = given !== undefined && given !== text && todosIn(given).length === 0
    if (untold)
      problems.push(
        `steps/${slug}/${name}: differs from the solution, but no TODO(n) describes how`,
      )
  }
  return problems
}

function todosIn(text: string): number[] {
  const numbers = [...text.matchAll(/TODO\((\d+)\)/g)].map(([, number]) => Number(number))
  return [...new Set(numbers)].toSorted((a, b) => a - b)
}

// A page is not what the lesson is about, and what the starter has finished is not read anew:
// the sum is over the code a learner works on.
function checkSizes(slug: string, starter: FileMap, solution: FileMap): string[] {
  const sizes = Object.entries(solution)
    .filter(([name]) => isCode(name))
    .map(([name, text]) => ({ name, lines: countLines(text), given: starter[name] === text }))
  const own = sizes.filter(({ given }) => !given)
  const sum = own.reduce((lines, file) => lines + file.lines, 0)
  return [
    ...(sum > most.lines
      ? [`solutions/${slug}: ${sum} lines to work on; ${most.lines} are the most`]
      : []),
    ...sizes
      .filter(({ lines }) => lines > most.linesOfFile)
      .map(
        ({ name, lines }) =>
          `solutions/${slug}/${name}: ${lines} lines; ${most.linesOfFile} are the most`,
      ),
  ]
}

function mustBeRead(lesson: string, name: string): boolean {
  const rows = lesson.split('\n').filter((line) => /^\|[^|]*\| read \|/.test(line))
  return rows.some((row) => row.includes(`\`${name}\``))
}

function isCode(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name)
}

function isProgram(name: string): boolean {
  return ['index.ts', 'web.ts', 'worker.ts'].includes(name)
}

function checkHeaderComments(slug: string, solution: FileMap): string[] {
  const code = Object.entries(solution).filter(([name]) => isCode(name))
  return code.flatMap(([name, text]) => {
    const lines = openingComment(text)
    if (lines > 0 && lines <= most.comment) return []
    const what =
      lines === 0 ? 'opens without a comment' : `opens with ${lines} lines of comment`
    return [`solutions/${slug}/${name}: ${what}; one to ${most.comment} lines are right`]
  })
}

function openingComment(text: string): number {
  const block = /^\/\*[^]*?\*\//.exec(text)?.[0]
  if (block !== undefined) return countLines(block)
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return end === -1 ? lines.length : end
}

// A file is carried forward when the starter has it finished already: the learner is to
// leave it alone, so it must be the one of the last step that had a file of that name.
// A file the learner works on is another matter: it differs, and its TODO(n) describe how. So is the
// program itself, which puts the files of its step together, and so is a file that the lesson's
// table asks the learner to read.
function checkUnchangedFiles(course: CourseFiles, slug: string): string[] {
  const solution = course.solutionFiles[slug] ?? {}
  const earlier = course.slugs.slice(0, course.slugs.indexOf(slug)).toReversed()
  return Object.entries(solution).flatMap(([name, text]) => {
    if (course.starterFiles[slug]?.[name] !== text || isProgram(name)) return []
    if (mustBeRead(course.lessons[slug] ?? '', name)) return []
    const source = earlier.find((other) => course.solutionFiles[other]?.[name] !== undefined)
    if (!source || course.solutionFiles[source]?.[name] === text) return []
    return [
      `solutions/${slug}/${name}: carried forward, but differs from solutions/${source}/${name}`,
    ]
  })
}
