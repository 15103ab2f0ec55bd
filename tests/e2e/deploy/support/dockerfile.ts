import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../../workshop/paths.ts'

/** One line of a Dockerfile: `COPY solutions ./code`. */
export interface Instruction {
  word: string
  rest: string
}

/** The instructions of our Dockerfile, without its comments and with its long lines joined. */
export function readDockerfile(): Instruction[] {
  return linesOf('Dockerfile')
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => {
      const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return { word, rest }
    })
}

/** What .dockerignore lets in, by path; it leaves out everything else. */
export function dockerignoreAllowlist(): string[] {
  const [first, ...others] = linesOf('.dockerignore')
  const paths = others.map((line) => line.replace(/^!/, ''))
  if (first === '*' && others.every((line) => /^![\w./-]+$/.test(line))) return paths
  throw new Error('.dockerignore should leave out everything, then let in paths')
}

function linesOf(name: string): string[] {
  const lines = readFileSync(join(root, name), 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))
}
