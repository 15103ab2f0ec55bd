import { highlight } from 'sugar-high'
import { type Difference, type Step, differences } from '../course/index.ts'
import { escape } from './escape.ts'
import type { FileDifference } from './protocol.ts'

const signs = [' ', '+', '-'] as const

/** What differs between the learner's files and the solution's, as highlighted HTML. */
export async function differencesOf(step: Step): Promise<FileDifference[]> {
  const { files } = await differences(step)
  return files.map((file) => ({ name: file.name, lines: linesOf(file) }))
}

function linesOf({ name, hunks = [] }: Difference): FileDifference['lines'] {
  return hunks.flatMap(({ where, lines }) => [
    { sign: '@' as const, html: escape(where) },
    ...lines.map((line) => {
      const sign = signs.find((one) => line.startsWith(one)) ?? ' '
      return { sign, html: highlighted(name, line.slice(1)) }
    }),
  ])
}

// Line by line: a comment over several lines loses its colour, and nothing else.
function highlighted(name: string, line: string): string {
  if (!name.endsWith('.ts')) return escape(line)
  // Its colours come with the page's own: a page of ours allows no style in an element.
  return highlight(line, { lang: 'typescript' }).replaceAll(/ style="[^"]*"/g, '')
}
