import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'
import { UserError } from '../../../workshop/errors.ts'
import { dataPath } from '../../../workshop/paths.ts'
import {
  collectStarters,
  formatStarters,
  startersFile,
} from '../../../workshop/course/starters.ts'

/** A course of two tiny steps in a temporary folder. */
export class TinyCourse {
  // A space and a letter beyond ASCII: names of real folders have both.
  readonly root = dataPath('tmp', `tiny cörse ${randomUUID()}`)

  path(name: string): string {
    return join(this.root, name)
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true })
    await writeFile(this.path(name), text)
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8')
  }

  async keepStarters(): Promise<void> {
    await this.write('workshop/course/starters.json', '')
    await writeFile(startersFile(this.root), formatStarters(await collectStarters(this.root)))
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}

/** Makes the tiny course; remove it afterwards. */
export async function tinyCourse(): Promise<TinyCourse> {
  const course = new TinyCourse()
  await course.write('steps/01-hello/README.md', lesson(1, 'Hello: one word', 'prints hello'))
  await course.write('steps/01-hello/hints.md', hints(1))
  await course.write('steps/01-hello/index.ts', starterText)
  await course.write('solutions/01-hello/index.ts', solutionText)
  await course.write('tests/01-hello.test.ts', suiteText('01-hello', 'prints hello'))
  await course.write('steps/02-world/README.md', lesson(2, 'World: two words', 'prints world'))
  await course.write('steps/02-world/hints.md', hints(2))
  await course.write('steps/02-world/index.ts', starterText)
  await course.write('steps/02-world/lib/words.ts', wordsText)
  await course.write('solutions/02-world/index.ts', solutionText)
  await course.write('solutions/02-world/lib/words.ts', wordsText)
  await course.write('tests/02-world.test.ts', suiteText('02-world', 'prints world'))
  await course.keepStarters()
  return course
}

export const starterText = '// TODO(1): print it\nexport {}\n'
export const solutionText = "// Prints it.\nconsole.log('it')\n"
export const wordsText = "// The words.\nexport const words = ['hello', 'world']\n"

export function suiteText(slug: string, goal: string): string {
  return [
    "import { defineCheck } from '../workshop/check/suite.ts'",
    `defineCheck('${slug}', {}, (goal) => {`,
    `  goal('${goal}', async () => {})`,
    '})',
    '',
  ].join('\n')
}

export function lesson(number: number, title: string, goal: string): string {
  const shown = `\`\`\`console\n$ npm run step ${number} 2\n## no heading\n\`\`\``
  return [
    `# Step ${number} · ${title}\n\nWhy.\n\n**Before you start**: nothing. **Time**: 1 minute.\n`,
    `## See it fail\n\n${shown}\n`,
    '## The idea\n\nOne.\n',
    `## Goals\n\n- ${goal}\n`,
    '## Do\n\n| file | |\n|---|---|\n| `index.ts`, `lib/words.ts` | edit |\n\n1. TODO(1): print it.\n',
    `Stuck? \`npm run hint ${number}\`\n`,
    `## See it work\n\n\`\`\`console\n$ npm run step ${number} 2\nit\n\`\`\`\n`,
    '## What you learned\n\nMuch.\n',
    '## In production\n\nMore.\n',
    '## Common problems\n\nNone.\n',
    '## Read\n\nBooks.\n',
  ].join('\n')
}

export function hints(number: number): string {
  const sections = ['Nudge', 'Concept', 'Nearly code'].map(
    (name) => `## ${name}\n\nThe ${name.toLowerCase()} of step ${number}.\n`,
  )
  return [`# Hints for step ${number}\n`, ...sections].join('\n')
}

/** Runs a command as the launcher does: what it printed, and its exit code. */
export async function runCommand(
  command: (words: string[], root: string) => Promise<number>,
  words: string,
  root: string,
): Promise<{ code: number; output: string }> {
  const lines: string[] = []
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((line = '') => lines.push(String(line)))
  try {
    const code = await command(words.split(' ').filter(Boolean), root)
    return { code, output: lines.join('\n') }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { code: error.exitCode, output: [...lines, error.message].join('\n') }
  } finally {
    log.mockRestore()
  }
}
