import { execFile } from 'node:child_process'
import { cp, mkdir, stat, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../../../workshop/paths.ts'
import { textsOf } from './fields.ts'
import { type Instruction, dockerignoreAllowlist, readDockerfile } from './dockerfile.ts'

/** The result of the Dockerfile: a folder in place of a file system, with the image's settings. */
export interface Image {
  /** Its root. */
  folder: string
  /** Absolute, inside of it. */
  workdir: string
  env: Record<string, string>
  user: string
  command: string[]
}

/**
 * Runs the instructions of the Dockerfile, each stage in a folder. Two differences: base images are
 * empty, and `npm ci` links the existing node_modules.
 *
 * @param folder where the stages may lie
 * @param args in place of the defaults of ARG
 */
export async function buildImage(
  folder: string,
  args: Record<string, string> = {},
): Promise<Image> {
  const builder = new Builder(folder, args)
  for (const instruction of readDockerfile()) await builder.follow(instruction)
  return builder.image
}

class Builder {
  image: Image = empty('')
  private readonly stages = new Map<string, Image>()
  private readonly given: Record<string, string>
  private readonly args: Record<string, string> = {}

  constructor(
    private readonly home: string,
    args: Record<string, string>,
  ) {
    this.given = args
  }

  async follow({ word, rest }: Instruction): Promise<void> {
    const text = rest.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => this.args[name] ?? '')
    if (word === 'FROM') return this.from(text)
    if (word === 'WORKDIR') return this.workdir(text)
    if (word === 'COPY') return this.copy(text.split(/\s+/))
    if (word === 'RUN') return this.run(text)
    if (word === 'ARG') return void Object.assign(this.args, pairs(text), this.given)
    if (word === 'ENV') return void Object.assign(this.image.env, pairs(text))
    if (word === 'USER') this.image.user = text
    else if (word === 'CMD') this.image.command = textsOf(JSON.parse(text))
    else if (word !== 'EXPOSE') throw new Error(`this builder does not know ${word} ${rest}`)
  }

  private async from(text: string): Promise<void> {
    const [, name = 'the last'] = text.split(/ as /i)
    this.image = empty(join(this.home, `stage-${this.stages.size + 1}`))
    this.stages.set(name, this.image)
    await mkdir(this.image.folder, { recursive: true })
  }

  private async workdir(path: string): Promise<void> {
    this.image.workdir = path
    await mkdir(this.path('.'), { recursive: true })
  }

  private async copy(words: string[]): Promise<void> {
    const from = /^--from=(.+)$/.exec(words[0] ?? '')?.[1]
    const [target = '', ...sources] = words.slice(from === undefined ? 0 : 1).toReversed()
    for (const source of sources) {
      const path = from === undefined ? inContext(source) : this.inStage(from, source)
      const folder = (await stat(path)).isDirectory()
      // COPY copies the content of a folder, not the folder itself.
      const to = folder ? this.path(target) : join(this.path(target), basename(path))
      await cp(path, to, { recursive: true })
    }
  }

  private async run(command: string): Promise<void> {
    if (/^npm ci\b/.test(command)) {
      await symlink(join(root, 'node_modules'), this.path('node_modules'))
      return
    }
    const env = { PATH: process.env['PATH'], HOME: this.home, ...this.args, ...this.image.env }
    await promisify(execFile)('sh', ['-c', command], { cwd: this.path('.'), env })
  }

  private inStage(name: string, path: string): string {
    const stage = this.stages.get(name)
    if (!stage) throw new Error(`no stage is called ${name}`)
    return join(stage.folder, path)
  }

  private path(relative: string): string {
    return join(this.image.folder, this.image.workdir, relative)
  }
}

function inContext(source: string): string {
  if (
    dockerignoreAllowlist().some((path) => source === path || source.startsWith(`${path}/`))
  ) {
    return join(root, source)
  }
  throw new Error(`.dockerignore leaves out ${source}, which the Dockerfile copies`)
}

function empty(folder: string): Image {
  return { folder, workdir: '/', env: {}, user: 'root', command: [] }
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const [name = '', value = ''] = pair.split('=')
      return [name, value]
    }),
  )
}
