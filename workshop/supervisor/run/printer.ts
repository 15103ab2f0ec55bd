import { stripVTControlCharacters } from 'node:util'
import { CompileError } from '../bundle.ts'
import type { OutputLine } from '../output.ts'
import type { Audience } from './audience.ts'

// Of the eight colours a terminal surely has, without red (errors) and the two that may
// be its background. web.1 is cyan, web.2 green, …
const colours = [36, 32, 33, 35, 34]

/** Writes what the instances and the runner have to say, each line with its origin before it. */
export class Printer implements Audience {
  private readonly coloured = process.stdout.isTTY === true && process.stdout.hasColors()
  private readonly known = ['wire']

  /** A line of an instance, on the stream it was written to. */
  line(name: string, { stream, text }: OutputLine): void {
    const to = stream === 'stderr' ? process.stderr : process.stdout
    to.write(`${this.before(name)}${text}\n`)
  }

  /** Something the runner has to say about an instance: in parentheses, the program did not say it. */
  remark(name: string, text: string): void {
    process.stdout.write(`${this.before(name)}${this.dim(`(${text})`)}\n`)
  }

  /** A line of something between the instances and the world: the wire, the router. */
  aside(name: 'wire' | 'router', text: string): void {
    process.stdout.write(this.dim(`${name.padEnd(this.width())} | ${text}`) + '\n')
  }

  /** How many columns there are beside the names. */
  room(): number {
    return (process.stdout.columns || 120) - this.width() - ' | '.length
  }

  /** A line of the runner. */
  say(text: string): void {
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

  /** From now on every line leaves room for this name. */
  makeRoomFor(name: string): void {
    if (!this.known.includes(name)) this.known.push(name)
  }

  private width(): number {
    return Math.max(...this.known.map((name) => name.length))
  }

  private before(name: string): string {
    const padded = `${name.padEnd(this.width())} |`
    if (!this.coloured) return `${padded} `
    const place = this.known.indexOf(name) - 1
    return `\u001B[${colours[place % colours.length] ?? 36}m${padded}\u001B[39m `
  }

  private dim(text: string): string {
    return this.coloured ? `\u001B[2m${text}\u001B[22m` : text
  }
}
