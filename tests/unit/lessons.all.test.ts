import { randomUUID } from 'node:crypto'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyWorkspace } from '../../workshop/dev/workspace-copy.ts'
import { CliProcess } from '../../workshop/dev/cli-process.ts'
import { readStarters, readText } from '../../workshop/course/index.ts'
import { dataPath, root } from '../../workshop/paths.ts'

// The commands of a lesson print what the lesson shows: its console blocks are run, on the
// untouched starter, after "See it work" on a solved step, and on the solution. The learner's files
// in steps/ are not used. A deck shows the same blocks, or fewer; blocks that only a deck has are
// run as well.

/** A ```console block. */
interface Block {
  /** What follows `$ `. */
  command: string
  /** What is printed then. */
  lines: string[]
  /** The learner has solved the step by then. */
  solved: boolean
}

function blocksIn(lesson: string): Block[] {
  const work = lesson.indexOf('\n## See it work\n')
  return [...lesson.matchAll(/^```console\n([^]*?)^```/gm)].map(({ 1: text = '', index }) => {
    // A second command in a block is for another terminal, while the first one runs.
    const [first = ''] = text.trimEnd().split('\n$ ')
    const [command = '', ...lines] = first.split('\n')
    return { command: command.replace(/^\$ /, ''), lines, solved: work >= 0 && index > work }
  })
}

/** Whether a block shows all lines of another one. */
function shows(block: Block, other: Block): boolean {
  return (
    block.command === other.command && other.lines.every((line) => block.lines.includes(line))
  )
}

/** A copy of the course with untouched starters, so that the checkout stays as it is. */
async function freshCourse(solved: boolean): Promise<string> {
  const folder = dataPath('tmp', `Ada's léssons ${randomUUID()}`)
  await copyWorkspace(folder, ['package.json', 'workshop', 'solutions'])
  for (const [slug, files] of Object.entries(starters)) {
    for (const [path, { text }] of Object.entries(files)) {
      const file = join(folder, 'steps', slug, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }
  if (solved) await cp(join(folder, 'solutions'), join(folder, 'steps'), { recursive: true })
  return folder
}

let untouched = ''
let solved = ''

beforeAll(async () => {
  untouched = await freshCourse(false)
  solved = await freshCourse(true)
})

afterAll(async () => {
  for (const folder of [untouched, solved]) {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})

/** Runs a command until it has printed all lines, in whatever order. */
async function run(block: Block): Promise<void> {
  const folder = block.solved ? solved : untouched
  const terminal = CliProcess.run(folder, block.command.replace(/^npm run /, ''))
  try {
    for (const line of block.lines) await terminal.waitFor(patternOf(line))
  } finally {
    terminal.interrupt()
    await terminal.ended
  }
}

// Ports, process ids and times are different every time. The numbers of instances are not.
function patternOf(line: string): RegExp {
  const literal = line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const loose = literal.replaceAll(/\d{3,}|\d+(?= ms\b)/g, String.raw`\d+`)
  return new RegExp(`^${loose}$`, 'm')
}

const starters = await readStarters()

for (const [slug, files] of Object.entries(starters)) {
  const lesson = files['README.md']?.text ?? ''
  const blocks = blocksIn(lesson)
  const deck = blocksIn((await readText(join(root, 'slides', `${slug}.md`))) ?? '')
  describe(slug, () => {
    test('the lesson runs the starter and the solution', () => {
      const number = Number.parseInt(slug, 10)
      const commands = blocks.map(({ command }) => command)
      expect(commands).toContainEqual(expect.stringMatching(`^npm run step ${number}\\b`))
      expect(lesson).toMatch(new RegExp(`npm run solution ${number}\\b`))
    })

    const only = deck.filter((block) => !blocks.some((other) => shows(other, block)))
    for (const block of [...blocks, ...only]) {
      const where = blocks.includes(block) ? 'lesson' : 'deck'
      const title = `\`${block.command}\` prints what the ${where} shows`
      if (/^npm run (step|solution) \d/.test(block.command)) {
        test(title, () => run(block))
      } else {
        test.skip(`${title}: not run, it may need a program outside of the workshop`)
      }
    }
  })
}
