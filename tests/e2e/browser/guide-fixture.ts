import { randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReservedPort, reservePort } from '../../../workshop/check/ports.ts'
import { copyWorkspace } from '../../../workshop/dev/workspace-copy.ts'
import { readStarters } from '../../../workshop/course/index.ts'
import { dataPath, root } from '../../../workshop/paths.ts'
import { trackGroup, untrackGroup } from '../../../workshop/process/index.ts'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { processesWith, waitUntil } from '../../unit/support/processes.ts'
import { PageDriver, connectBrowser, expectPageFits } from './support/index.ts'

const large = { width: 1440, height: 900 }
const sizes = [large, { width: 1024, height: 768 }, { width: 390, height: 844 }]

/** A copy of the workshop with untouched starters, and a guide that runs in it. */
export class GuideFixture {
  readonly step = 'guide'
  readonly screens: PageDriver[] = []
  /** The origin of the guide. */
  url = ''
  /** The printed URL, with the token. */
  printedUrl = ''
  readonly tag = randomUUID()
  readonly folder = dataPath('tmp', `Grace's gu ide ${this.tag.slice(0, 8)}`)
  private terminal: CliProcess | undefined
  private port: ReservedPort | undefined

  constructor(private readonly browser: Browser) {}

  /** Makes the copy. */
  async build(): Promise<void> {
    await copyWorkspace(this.folder, [
      'workshop',
      'steps',
      'solutions',
      'slides',
      'tests',
      'package.json',
      'tsconfig.json',
    ])
    // As after a first start. No guide of another test takes this port while this one is stopped.
    this.port = await reservePort()
    await this.write('.workshop/guide-port', String(this.port.port))
    for (const [slug, files] of Object.entries(await readStarters())) {
      await rm(join(this.folder, 'steps', slug), { recursive: true, force: true })
      for (const [name, { text }] of Object.entries(files))
        await this.write(`steps/${slug}/${name}`, text)
    }
  }

  /** Runs `npm start guide`, and waits for the address. @param more environment variables */
  async start(more: Record<string, string> = {}): Promise<void> {
    const env = { WORKSPACE_TAG: this.tag, LAUNCH_EDITOR: await this.editor(), ...more }
    this.terminal = CliProcess.run(this.folder, 'start guide', env)
    // Should these tests be killed, the reaper ends it.
    await trackGroup(this.terminal.pid)
    this.printedUrl = await this.terminal.waitForOutput(/The guide is at (\S+)/)
    this.url = new URL(this.printedUrl).origin
  }

  /** Presses Ctrl+C, and waits until it has ended. */
  async stop(): Promise<void> {
    const { terminal } = this
    this.terminal = undefined
    terminal?.signal('SIGINT')
    await terminal?.ended
    if (terminal) untrackGroup(terminal.pid)
  }

  /** The output of the command. */
  get printed(): string {
    return this.terminal?.output ?? ''
  }

  /** Saves a file. @param path from the copy's folder */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }

  /** Reads a file of the copy. */
  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8')
  }

  /** Copies the solution of a step over the learner's files. */
  async solve(slug: string): Promise<void> {
    await cp(join(root, 'solutions', slug), join(this.folder, 'steps', slug), {
      recursive: true,
    })
  }

  /** The cookie that the printed address sets. */
  async cookie(): Promise<string> {
    const { headers } = await fetch(this.printedUrl, { redirect: 'manual' })
    return headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }

  /** Opens a page of the guide, in a browser that has opened the printed address before. */
  async open(
    name: string,
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<PageDriver> {
    const screen = await this.newScreen(name, options)
    await screen.page.goto(this.printedUrl)
    await screen.page.goto(this.url + path)
    return screen
  }

  /** Opens a page of the guide in a browser without the token. */
  async openWithoutToken(name: string, path: string): Promise<PageDriver> {
    const screen = await this.newScreen(name, {})
    await screen.page.goto(this.url + path)
    return screen
  }

  private async newScreen(name: string, options: BrowserContextOptions): Promise<PageDriver> {
    const context = await this.browser.newContext({
      reducedMotion: 'reduce',
      viewport: large,
      ...options,
    })
    const screen = new PageDriver(name, await context.newPage())
    this.screens.push(screen)
    return screen
  }

  /** Checks that a page fits every screen; see {@link expectPageFits}. */
  async looks(screen: PageDriver, state: string): Promise<void> {
    await expectPageFits(this, screen, state, sizes)
    await screen.page.setViewportSize(large)
    await screen.page.emulateMedia({ colorScheme: 'light' })
  }

  /** Ends everything, and removes the copy; nothing may be left of it. */
  async remove(): Promise<void> {
    await Promise.all(this.screens.map(({ page }) => page.context().close()))
    await this.stop()
    const left = () => processesWith('environ', `WORKSPACE_TAG=${this.tag}`)
    await waitUntil(
      () => left().length === 0,
      () => `left behind: ${JSON.stringify(left())}`,
      100,
    )
    await this.port?.release()
    await rm(this.folder, { recursive: true, force: true })
  }

  // An "editor" that records the files it is called with.
  private async editor(): Promise<string> {
    const file = join(this.folder, '.workshop', 'editor')
    await writeFile(file, '#!/bin/sh\necho "$@" >> "$(dirname "$0")/opened"\n', { mode: 0o755 })
    return file
  }
}

/** Defines a test: its title, and what it does in the guide. */
export type GuideTest = (name: string, run: (fixture: GuideFixture) => Promise<void>) => void

/** Tests the guide. Every test has a copy of the workshop of its own. */
export function guide(define: (test: GuideTest) => void): void {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser?.close())
  define((name, run) => {
    test(name, async () => {
      if (!browser) throw new Error('there is no browser')
      const fixture = new GuideFixture(browser)
      try {
        await fixture.build()
        await fixture.start()
        await run(fixture)
        expect(fixture.screens.flatMap(({ log }) => log.unexpectedErrors)).toEqual([])
      } catch (error) {
        console.error(await reportOf(fixture))
        throw error
      } finally {
        await fixture.remove()
      }
    })
  })
}

async function reportOf({ screens, printed }: GuideFixture): Promise<string> {
  const screenReports = await Promise.all(
    screens.map(async ({ name, page, log }) => {
      const path = dataPath('screenshots', `guide-failed-${name.replaceAll(/\W+/g, '-')}.png`)
      await page.screenshot({ path }).catch(() => undefined)
      return `${name} at ${page.url()}, see ${path}\n${log.lines.slice(-25).join('\n')}`
    }),
  )
  return [...screenReports, printed].join('\n\n')
}
