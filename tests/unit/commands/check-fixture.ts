import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { copyWorkspace } from '../../../workshop/dev/workspace-copy.ts'
import { type ExitResult, CliProcess } from '../../../workshop/dev/cli-process.ts'
import {
  collectStarters,
  formatStarters,
  startersFile,
} from '../../../workshop/course/starters.ts'
import { dataPath } from '../../../workshop/paths.ts'
import { hints, lesson } from '../course/course-fixture.ts'

const parts = [
  'package.json',
  'workshop',
  'tests/vitest.config.ts',
  'tests/shared',
  'tests/e2e/support',
  'tests/04-sigterm/helpers.ts',
]

/** A copy of the workshop whose only steps are the given programs, all with the same suite. */
export class CheckFixture {
  readonly folder = dataPath('tmp', `Ada's chéck ${randomUUID()}`)
  private readonly terminals: CliProcess[] = []

  /** @param programs the text of each step's `index.ts`, by slug; `right` is every solution */
  static async make(programs: Record<string, string>): Promise<CheckFixture> {
    const fixture = new CheckFixture()
    await copyWorkspace(fixture.folder, parts)
    for (const [slug, text] of Object.entries(programs)) {
      const number = Number.parseInt(slug, 10)
      const name = slug.slice(3)
      await fixture.write(`steps/${slug}/README.md`, lesson(number, name, goal))
      await fixture.write(`steps/${slug}/hints.md`, hints(number))
      await fixture.write(`steps/${slug}/index.ts`, text)
      await fixture.write(`solutions/${slug}/index.ts`, right)
      await fixture.write(`tests/${slug}.test.ts`, suiteOf(slug))
    }
    const starters = formatStarters(await collectStarters(fixture.folder))
    await writeFile(startersFile(fixture.folder), starters)
    return fixture
  }

  /** Writes a file. @param name its path in the copy */
  async write(name: string, text: string): Promise<void> {
    const file = join(this.folder, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }

  /** Runs `npm run <words>` in the copy. */
  start(words: string): CliProcess {
    const terminal = CliProcess.run(this.folder, words)
    this.terminals.push(terminal)
    return terminal
  }

  /** The same, and waits for its end. What a busy machine could not judge is checked again. */
  async run(words: string): Promise<ExitResult> {
    const result = await this.start(words).ended
    return /this machine is too busy/.test(result.stdout + result.stderr)
      ? this.run(words)
      : result
  }

  /** The command lines of all processes of the copy, on Linux. */
  processes(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => commandLine(name, this.folder))
  }

  /** Ends what still runs, and removes the copy. */
  async remove(): Promise<void> {
    for (const terminal of this.terminals) terminal.signal('SIGKILL')
    await Promise.all(this.terminals.map(({ ended }) => ended))
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

// Redis and the reaper do not name the folder, but were started in it.
function commandLine(pid: string, folder: string): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    const isHere = readlinkSync(`/proc/${pid}/cwd`) === folder
    return line && (isHere || line.includes(folder)) ? [line] : []
  } catch {
    return [] // It ended meanwhile, or belongs to another user.
  }
}

/** A program that passes the suite. */
export const right = "console.log('hello')\n"

/** A program that neither prints hello nor ends. */
export const silent = 'setInterval(() => {}, 1000)\n'

/** The only goal of every step of this course. */
export const goal = 'prints hello and ends'

function suiteOf(slug: string): string {
  return `import { defineCheck } from '../workshop/check/suite.ts'

defineCheck('${slug}', { diagnoses: [] }, (goal) => {
  goal('${goal}', async (testBed) => {
    const web1 = await testBed.start('web.1')
    await web1.waitForOutput('hello')
    await web1.waitForExit(undefined, 1000)
  })
})
`
}
