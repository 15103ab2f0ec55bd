import type { Browser } from 'playwright-core'
import { dataPath } from '../../../../workshop/paths.ts'
import type { Endpoint } from '../../../../workshop/check/http.ts'
import type { TestBed } from '../../../../workshop/check/test-bed.ts'
import { PageDriver } from './page-driver.ts'

const most = 25

/** The screens that pages are tried on. */
export const sizes = {
  computer: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
}

/** The programs of one test, and the screens that show their pages. */
export class BrowserFixture {
  readonly screens: PageDriver[] = []

  /**
   * @param step its number: `05`
   * @param testBed starts the programs
   */
  constructor(
    readonly step: string,
    readonly testBed: TestBed,
    private readonly browser: Browser,
  ) {}

  /**
   * Opens a page on a new device.
   *
   * @param name for messages: `ada's phone`
   * @param place a program or the router
   * @param like a screen whose cookies the new device gets, and with them the login
   * @param size of the device's screen
   */
  async open(
    name: string,
    place: Endpoint,
    like?: PageDriver,
    size = sizes.computer,
  ): Promise<PageDriver> {
    const context = await this.browser.newContext({
      // The router has a self-signed certificate.
      ignoreHTTPSErrors: true,
      reducedMotion: 'reduce',
      viewport: size,
    })
    if (like) await context.addCookies(await like.page.context().cookies())
    const screen = new PageDriver(name, await context.newPage())
    this.screens.push(screen)
    await screen.page.goto(place.url)
    return screen
  }

  /** Unexpected errors on any screen. */
  unexpectedErrors(): string[] {
    return this.screens.flatMap(({ name, log }) =>
      log.unexpectedErrors.map((error) => `${name}: ${error}`),
    )
  }

  /** The evidence for a failure: screens, consoles, requests and program output. */
  async report(): Promise<string> {
    const screens = await Promise.all(this.screens.map((screen) => this.describe(screen)))
    const programs = this.testBed.apps.map(
      ({ name, instance }) =>
        `${name} printed:\n${lines(instance.lines.map(({ text }) => text))}`,
    )
    return [...screens, ...programs].join('\n\n')
  }

  /** Closes every screen. */
  async close(): Promise<void> {
    await Promise.all(this.screens.map(({ page }) => page.context().close()))
  }

  private async describe(screen: PageDriver): Promise<string> {
    const { name, page, log } = screen
    const file = dataPath(
      'screenshots',
      `${this.step}-failed-${name.replaceAll(/\W+/g, '-')}.png`,
    )
    const shown = await page.screenshot({ path: file, fullPage: true }).then(
      () => `see ${file}`,
      (error: unknown) => `no screenshot: ${String(error)}`,
    )
    return `${name} at ${page.url()}, ${shown}\nIts console and its requests:\n${lines(log.lines)}`
  }
}

function lines(all: readonly string[]): string {
  return all.length > 0
    ? all
        .slice(-most)
        .map((line) => `  ${line}`)
        .join('\n')
    : '  nothing'
}
