import type { CourseFiles } from '../../../workshop/dev/verify/read-course.ts'

export const start = '// TODO(1): print it\n'
export const end = "// Prints it.\nconsole.log('it')\n"

/** A consistent course of two steps. @param part replaces these fields */
export function courseOf(part: Partial<CourseFiles>): CourseFiles {
  const slugs = ['01-a', '02-b']
  const files = { '01-a': { 'index.ts': start }, '02-b': { 'index.ts': start } }
  const solved = { '01-a': { 'index.ts': end }, '02-b': { 'index.ts': end } }
  const found = { slugs, steps: slugs, solutions: slugs, suites: slugs, decks: undefined }
  const texts = {
    lessons: {},
    hints: {},
    deckTexts: {},
    starterFiles: files,
    solutionFiles: solved,
    pictures: {},
    sources: {},
    pages: {},
  }
  return { ...found, ...texts, readme: '', packageJson: '{}', ...part }
}
