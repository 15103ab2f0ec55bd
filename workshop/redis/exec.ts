import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/** How a helper program ended. */
export interface ExecResult {
  /** The exit code; null when it could not start, was killed or took too long. */
  code: number | null
  stdout: string
  stderr: string
}

/** How to run a helper program. */
export interface ExecOptions {
  env: NodeJS.ProcessEnv
  /** Milliseconds it may take before it is killed. */
  timeoutMs: number
  /**
   * For a program we do not know: a process group of its own, so that what it started is
   * killed with it. Left out for apt, which should receive the Ctrl+C of the terminal.
   */
  ownGroup?: boolean
}

// Enough for any answer we read; a program that floods us costs no memory.
const kept = 64 * 1024

/**
 * Runs a helper program to its end, without input. Never rejects: a program that cannot be
 * started, fails or takes too long has a code other than 0 and the reason in `stderr`.
 *
 * @param file the program, absolute
 * @param args its arguments
 */
export function execProgram(
  file: string,
  args: string[],
  options: ExecOptions,
): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.ownGroup ?? false,
      windowsHide: true,
    })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    const end = (code: number | null, why = '') => {
      clearTimeout(timer)
      resolve({ code, stdout: stdout(), stderr: stderr() + why })
    }
    const timer = setTimeout(() => {
      kill(child, options.ownGroup ?? false)
      end(null, `it did not end within ${options.timeoutMs / 1000} s`)
    }, options.timeoutMs)
    child.once('error', (error) => end(null, error.message))
    child.once('close', (code, signal) => end(code, signal ? `it died of ${signal}` : ''))
  })
}

function collect(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-kept)
  })
  return () => text
}

function kill(child: ChildProcess, group: boolean) {
  try {
    if (group && child.pid && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It ended by itself just now.
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** The last line of a program's complaint, which has the reason. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
