import { stripVTControlCharacters, styleText } from 'node:util'
import { CompileError } from '../process/bundle.ts'
import type { OutputLine } from '../process/output.ts'
import type { RunReporter } from './run-reporter.ts'

// Of the eight colors that every terminal has, without red (errors) and the two that may
// be its background. web.1 is cyan, web.2 green, …
const colors = ['cyan', 'green', 'yellow', 'magenta', 'blue'] as const

/** Writes the lines of the instances and of the workshop, each with its origin before it. */
export class TerminalReporter implements RunReporter {
  readonly #hasColors = process.stdout.isTTY === true && process.stdout.hasColors()
  readonly #labels = ['wire']

  /** A line of an instance, on the stream it was written to. */
  instanceOutput(name: string, { stream, text }: OutputLine): void {
    const to = stream === 'stderr' ? process.stderr : process.stdout
    to.write(`${this.#prefix(name)}${text}\n`)
  }

  /** The process of an instance, and the command that ends it. */
  instanceStarted(name: string, { pid, port }: { pid: number; port: number }): void {
    const stop = process.platform === 'win32' ? `taskkill /f /pid ${pid}` : `kill -15 ${pid}`
    this.instanceNote(name, `process ${pid}, PORT=${port}; stop it with: ${stop}`)
  }

  /** What the workshop reports about an instance: in parentheses, because the program did not print it. */
  instanceNote(name: string, text: string): void {
    process.stdout.write(`${this.#prefix(name)}${this.#dim(`(${text})`)}\n`)
  }

  /** A line of the wire or of the router. */
  note(name: 'wire' | 'router', text: string): void {
    process.stdout.write(this.#dim(`${name.padEnd(this.#labelWidth())} | ${text}`) + '\n')
  }

  /** How many columns there are beside the names. */
  lineWidth(): number {
    return (process.stdout.columns || 120) - this.#labelWidth() - ' | '.length
  }

  /** A line of the workshop itself. */
  message(text: string): void {
    process.stdout.write(`${text}\n`)
  }

  /** Why a program could not be compiled: the place, and the line there. */
  compileError(error: CompileError): void {
    for (const { text, location } of error.problems) {
      if (!location) {
        process.stderr.write(`${text}\n`)
        continue
      }
      const { file, line, column, lineText } = location
      process.stderr.write(`${file}:${line}:${column + 1}: ${text}\n`)
      const code = stripVTControlCharacters(lineText).trim().slice(0, 120)
      if (code) process.stderr.write(`    ${code}\n`)
    }
  }

  /** From now on the column of the names is wide enough for this one. */
  reserveLabel(name: string): void {
    if (!this.#labels.includes(name)) this.#labels.push(name)
  }

  #labelWidth(): number {
    return Math.max(...this.#labels.map((name) => name.length))
  }

  #prefix(name: string): string {
    const padded = `${name.padEnd(this.#labelWidth())} |`
    if (!this.#hasColors) return `${padded} `
    const place = this.#labels.indexOf(name) - 1
    return styleText(colors[place % colors.length] ?? 'cyan', padded) + ' '
  }

  #dim(text: string): string {
    return this.#hasColors ? styleText('dim', text) : text
  }
}
