import type { FrameLocator, Locator, Page } from 'playwright-core'
import { PageLog } from './page-log.ts'

// Long enough for a busy machine: only a failing test waits for it.
const withinMs = 60_000

/** Where one can look: a page, an element of it, or a page within. */
export type Scope = Pick<FrameLocator, 'getByRole' | 'getByText'>

/** A page on somebody's device. Every wait ends within a minute. */
export class PageDriver {
  readonly log: PageLog

  /**
   * @param name for sentences: `ada's phone`
   * @param page Playwright's, for whatever this class has no word for
   */
  constructor(
    readonly name: string,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(withinMs)
    this.log = new PageLog(page)
  }

  /** Waits until a text can be seen. @param within a part of the page; usually all of it */
  async waitForText(text: string | RegExp, within: Scope = this.page): Promise<void> {
    const found = within.getByText(text, { exact: true }).filter({ visible: true }).first()
    await found.waitFor().catch(async (cause: unknown) => {
      const shown = await this.text()
      throw new Error(`${this.name} does not show ${String(text)} but:\n${shown}`, { cause })
    })
  }

  /** Presses a button. */
  async press(name: string): Promise<void> {
    await this.button(name).click()
  }

  /** A button of the page. */
  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Goes from one element to the next with Tab until this one has the focus, and shows it. */
  async tabTo(target: Locator): Promise<void> {
    for (let steps = 0; steps < 80; steps++) {
      await this.page.keyboard.press('Tab')
      if (await target.evaluate((element) => element.matches(':focus-visible'))) return
    }
    throw new Error(`${this.name}: Tab never leads to ${String(target)}`)
  }

  // Of the pages within it, too.
  private async text(): Promise<string> {
    const texts = this.page.frames().map((frame) => frame.locator('body').innerText())
    return (await Promise.all(texts)).join('\n')
  }
}
