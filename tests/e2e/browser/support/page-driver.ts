import type { FrameLocator, Locator, Page } from 'playwright-core'
import { PageLog } from './page-log.ts'

// Long enough for a busy machine: only a failing test waits for it.
const withinMs = 300_000

/** A page, an element of it, or a frame in it. */
export type Scope = Pick<FrameLocator, 'getByRole' | 'getByText'>

/** A page on a user's device. Every wait ends within five minutes. */
export class PageDriver {
  readonly log: PageLog

  /**
   * @param name for messages: `ada's phone`
   * @param page the page of Playwright
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

  /** Presses Tab until an element has a visible focus. */
  async tabTo(target: Locator): Promise<void> {
    for (let steps = 0; steps < 80; steps++) {
      await this.page.keyboard.press('Tab')
      if (await target.evaluate((element) => element.matches(':focus-visible'))) return
    }
    throw new Error(`${this.name}: Tab never leads to ${String(target)}`)
  }

  // The text of its frames as well.
  private async text(): Promise<string> {
    const texts = this.page.frames().map((frame) => frame.locator('body').innerText())
    return (await Promise.all(texts)).join('\n')
  }
}
