import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copyWorkspace } from '../../../workshop/dev/workspace-copy.ts'
import { dataPath } from '../../../workshop/paths.ts'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { processesWith, waitUntil } from './processes.ts'

/** A small copy of the workshop, in a folder whose name has a space, a quote and an umlaut. */
export class WorkspaceFixture {
  /** In the environment of every process that descends from the terminals of this copy. */
  readonly tag = randomUUID()
  private readonly terminals: CliProcess[] = []
  readonly folder = dataPath('tmp', `Ada's wörk shop ${this.tag.slice(0, 8)}`)

  /**
   * @param programs the text of each step's `index.ts`, by slug: `91-once`; numbers that no
   *   step of the course has
   * @param onTestFinished from the context of the test
   */
  static async create(
    programs: Record<string, string>,
    onTestFinished: (handler: () => Promise<void>) => void,
  ): Promise<WorkspaceFixture> {
    const clone = new WorkspaceFixture()
    onTestFinished(() => clone.remove())
    await copyWorkspace(clone.folder, ['workshop', 'package.json'])
    for (const [slug, text] of Object.entries(programs)) await clone.save(slug, text)
    return clone
  }

  /** Saves a step's program atomically, as many editors do. */
  async save(slug: string, text: string): Promise<void> {
    for (const side of ['steps', 'solutions']) {
      await mkdir(join(this.folder, side, slug), { recursive: true })
      const file = join(this.folder, side, slug, 'index.ts')
      await writeFile(`${file}.new`, text)
      await rename(`${file}.new`, file)
    }
  }

  /** Types `npm run …` in a new terminal without a keyboard. */
  npm(...words: string[]): CliProcess {
    return this.start('npm', ['run', '--loglevel=error', ...words])
  }

  /** The same without npm, which is what most tests need: it takes half the time. */
  launch(...words: string[]): CliProcess {
    return this.start(process.execPath, ['workshop/launcher.cjs', ...words])
  }

  /** Starts any program in this copy's folder, or in one within it. */
  start(
    file: string,
    args: string[],
    more: Record<string, string> = {},
    cwd = this.folder,
  ): CliProcess {
    const env = { WORKSPACE_TAG: this.tag, ...more }
    const terminal = CliProcess.spawn(cwd, [file, ...args], env, 'pipe')
    this.terminals.push(terminal)
    return terminal
  }

  /** The processes that were started here and still run. */
  leftovers(): { pid: number; command: string }[] {
    return [...processesWith('environ', `WORKSPACE_TAG=${this.tag}`), ...this.redisServers()]
  }

  /**
   * The private Redis that was announced in a terminal, if it still runs. Redis writes its
   * address over its environment, so it does not carry the tag.
   */
  redisServers(): { pid: number; command: string }[] {
    const lines = this.terminals.flatMap(
      ({ output }) => output.match(/ at 127\.0\.0\.1:\d+ /g) ?? [],
    )
    const addresses = new Set(lines.map((line) => line.slice(' at '.length).trim()))
    return [...addresses].flatMap((address) => processesWith('cmdline', `-server ${address}`))
  }

  /** Waits until no process is left. */
  async expectNothingRuns(): Promise<void> {
    const names = () => this.leftovers().map(({ pid, command }) => `${pid} ${command}`)
    await waitUntil(
      () => names().length === 0,
      () => `left behind:\n${names().join('\n')}`,
      100,
    )
  }

  /** Ends everything, and removes the folder. The session daemon and the reapers must end Redis. */
  async remove(): Promise<void> {
    for (const { pid, command } of this.leftovers()) {
      if (!/\/(session-daemon|reaper)-|-server /.test(command)) kill(pid)
    }
    await this.expectNothingRuns()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
