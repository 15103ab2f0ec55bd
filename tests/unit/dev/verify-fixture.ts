import type { CourseFiles } from '../../../workshop/dev/verify/read-course.ts'

export const start = '// TODO(1): say it\n'
export const end = "// Says it.\nconsole.log('it')\n"

/** A course of two steps in step, but for the part given. */
export function courseOf(part: Partial<CourseFiles>): CourseFiles {
  const slugs = ['01-a', '02-b']
  const files = { '01-a': { 'index.ts': start }, '02-b': { 'index.ts': start } }
  const solved = { '01-a': { 'index.ts': end }, '02-b': { 'index.ts': end } }
  const found = { slugs, steps: slugs, solutions: slugs, gates: slugs, decks: undefined }
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
  return { ...found, ...texts, starters: {}, readme: '', packageJson: '{}', ...part }
}
