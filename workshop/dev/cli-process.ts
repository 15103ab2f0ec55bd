import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** How a command ended, and everything it printed. */
export interface ExitResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

// Long enough for a machine with other things to do: it only passes when a wait fails.
const longMs = 120_000

/** A command that runs as if typed in a folder; for tests and benchmarks. */
export class CliProcess {
  /** Resolves when the command has ended and its last line has been read. */
  readonly ended: Promise<ExitResult>
  /** Resolves when the command has ended; what it started may still print. */
  readonly exited: Promise<void>
  readonly pid: number
  /** Everything it has printed so far, on both streams. */
  output = ''
  private stdout = ''
  private stderr = ''
  private over = false
  private readonly listeners = new Set<() => void>()
  private static readonly open = new Set<CliProcess>()
  private static closed = false

  private constructor(
    private readonly what: string,
    readonly child: ChildProcess,
  ) {
    this.pid = child.pid ?? 0
    child.stdin?.on('error', () => {}) // It has ended.
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.append(text)
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.append(text)
    })
    this.ended = this.follow()
  }

  /** Types `npm run <words>`, without npm: what its script would start is started directly. */
  static run(folder: string, words: string, env: NodeJS.ProcessEnv = {}): CliProcess {
    const launcher = join(folder, 'workshop', 'launcher.cjs')
    return CliProcess.spawn(folder, [process.execPath, launcher, ...words.split(' ')], env)
  }

  /** Types `npm <words>`. */
  static npm(folder: string, words: string, env: NodeJS.ProcessEnv = {}): CliProcess {
    const { npm_execpath: npm } = process.env
    const command = npm ? [process.execPath, npm] : ['npm']
    return CliProcess.spawn(folder, [...command, ...words.split(' ')], env)
  }

  /** Starts a program in a group of its own, as a terminal does. */
  static spawn(
    folder: string,
    command: string[],
    env: NodeJS.ProcessEnv = {},
    stdin: 'ignore' | 'pipe' = 'ignore',
  ): CliProcess {
    if (CliProcess.closed) throw new Error('the terminals are closed')
    const [file = '', ...args] = command
    const child = spawn(file, args, {
      cwd: folder,
      detached: true,
      env: { ...plainEnvironment(), ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    })
    return new CliProcess(command.join(' '), child)
  }

  /** The length of the output so far: what is printed later starts here. */
  get offset(): number {
    return this.output.length
  }

  /**
   * Waits for output after an offset.
   *
   * @returns the text after the offset
   * @throws when the time is up or the command ends before, with what it printed
   */
  waitFor(pattern: RegExp, offset = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer)
        this.listeners.delete(look)
        settle()
      }
      const fail = (why: string) => () =>
        reject(new Error(`${this.what}: no ${pattern} ${why}. It printed:\n${this.output}`))
      const look = () => {
        const text = this.output.slice(offset)
        if (pattern.test(text)) finish(() => resolve(text))
        else if (this.over) finish(fail('before it ended'))
      }
      const timer = setTimeout(() => finish(fail(`within ${longMs} ms`)), longMs)
      this.listeners.add(look)
      look()
    })
  }

  /** Waits until something is printed. @returns what the pattern's group matched */
  async waitForOutput(pattern: RegExp): Promise<string> {
    return pattern.exec(await this.waitFor(pattern))?.[1] ?? ''
  }

  /** How often something was printed. */
  count(text: string): number {
    return this.output.split(text).length - 1
  }

  /** Presses keys. */
  pressKeys(keys: string): void {
    this.child.stdin?.write(keys)
  }

  /** Presses Ctrl+C: everything in the terminal's foreground gets the signal. */
  interrupt(): void {
    this.signalAll('SIGINT')
  }

  /** Sends a signal to the command alone. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Closes every terminal, whatever runs there. No other can be opened from now on. */
  static async endAll(): Promise<void> {
    CliProcess.closed = true
    const open = [...CliProcess.open]
    for (const terminal of open) terminal.signalAll('SIGKILL')
    await Promise.allSettled(open.map(({ ended }) => ended))
  }

  private signalAll(signal: NodeJS.Signals): void {
    if (!this.over) process.kill(-this.pid, signal)
  }

  private async follow(): Promise<ExitResult> {
    const { child } = this
    CliProcess.open.add(this)
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.once('error', reject)
        child.once('close', (...how: [number | null, NodeJS.Signals | null]) => resolve(how))
      },
    )
    this.over = true
    CliProcess.open.delete(this)
    this.notify()
    return { code, signal, stdout: this.stdout, stderr: this.stderr }
  }

  private append(text: string): void {
    this.output += text
    this.notify()
  }

  private notify(): void {
    for (const look of this.listeners) look()
  }
}

// The variables of npm or a test runner are not for what we start; a person's own settings
// that would change the result are not either.
function plainEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(npm_|VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|REDIS|FORCE_COLOR$|INIT_CWD$)/i
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  return { ...Object.fromEntries(kept), NO_COLOR: '1' }
}
