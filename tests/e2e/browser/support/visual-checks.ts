import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { dataPath } from '../../../../workshop/paths.ts'
import { type BrowserFixture, sizes as screens } from './browser-fixture.ts'
import type { PageDriver } from './page-driver.ts'

const usual = [screens.computer, screens.phone]
const schemes = ['light', 'dark'] as const

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Checks that a page, as it is now, fits on a large and on a small screen, and that axe-core finds no
 * violation, in light and in dark. Screenshots are stored under `.workshop/screenshots`.
 *
 * @param state for the pictures' names: `logged-in`
 * @param sizes of the screens
 */
export async function expectPageFits(
  { step }: Pick<BrowserFixture, 'step'>,
  screen: PageDriver,
  state: string,
  sizes = usual,
): Promise<void> {
  const { page } = screen
  for (const size of sizes) {
    for (const colorScheme of schemes) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      await painted(page)
      const name = `${step}-${state}-${size.width}-${colorScheme}`
      await page.screenshot({ path: dataPath('screenshots', `${name}.png`), fullPage: true })
      expect(await tooWide(page), `${name}: what is wider than the screen`).toEqual([])
      expect(await a11yViolations(page), `${name}: what axe-core found`).toEqual([])
    }
  }
}

/** Waits two frames, after which a change is drawn. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  )
}

async function tooWide(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const frame of page.frames()) {
    const over = await frame.evaluate('document.documentElement.scrollWidth - innerWidth')
    if (Number(over) > 0) found.push(`${frame.url()} by ${String(over)} px`)
  }
  return found
}

/** The accessibility violations that axe-core finds on a page. */
export async function a11yViolations(page: Page): Promise<string[]> {
  const own = new URL(page.url()).origin
  const [near, far] = [true, false].map((same) =>
    page.frames().filter((frame) => (new URL(frame.url()).origin === own) === same),
  )
  for (const frame of near ?? []) await frame.evaluate(axe)
  // A frame of another origin is a page with its own tests.
  const iframes = far?.length === 0
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ resultTypes: ['violations'], iframes: ${iframes} })`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`,
    ),
  )
}
