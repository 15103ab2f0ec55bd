import { type Difference, type Step, differences } from '../course/index.ts'
import { escape, highlighted } from '../web/index.ts'
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
      return {
        sign,
        html: name.endsWith('.ts') ? highlighted(line.slice(1)) : escape(line.slice(1)),
      }
    }),
  ])
}
