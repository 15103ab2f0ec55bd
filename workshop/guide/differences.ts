import { type FileDiff, type Step, diffWithSolution } from '../course/index.ts'
import { escapeHtml, highlightTs } from '../web/index.ts'
import type { FileDifference } from './protocol.ts'

const signs = [' ', '+', '-'] as const

const computing = new Map<string, Promise<FileDifference[]>>()

/**
 * What differs between the learner's files and the solution's, as highlighted HTML. Many requests
 * at once share one computation.
 */
export function differencesOf(step: Step): Promise<FileDifference[]> {
  const found = computing.get(step.slug) ?? compute(step)
  computing.set(step.slug, found)
  return found
}

async function compute(step: Step): Promise<FileDifference[]> {
  try {
    const { files } = await diffWithSolution(step)
    return files.map((file) => ({ name: file.name, lines: linesOf(file) }))
  } finally {
    computing.delete(step.slug)
  }
}

function linesOf({ name, hunks = [] }: FileDiff): FileDifference['lines'] {
  return hunks.flatMap(({ where, lines }) => [
    { sign: '@' as const, html: escapeHtml(where) },
    ...lines.map((line) => {
      const sign = signs.find((one) => line.startsWith(one)) ?? ' '
      return {
        sign,
        html: name.endsWith('.ts') ? highlightTs(line.slice(1)) : escapeHtml(line.slice(1)),
      }
    }),
  ])
}
