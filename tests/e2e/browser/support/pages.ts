import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../../../workshop/paths.ts'
import { TestBed } from '../../../../workshop/check/test-bed.ts'
import { connectBrowser } from './connect.ts'
import { BrowserFixture } from './browser-fixture.ts'

/** Defines a test: its title, and what it does with a page. */
export type PageTest = (name: string, run: (fixture: BrowserFixture) => Promise<void>) => void

/**
 * Tests the pages of a step's solution. Every test has its own test bed and browser contexts;
 * in the end no screen may have had an error in its console or a request that failed.
 *
 * @param slug the step's, for example `05-express-sessions`
 */
export function pages(slug: string, define: (test: PageTest) => void): void {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser?.close())

  describe(slug, () => {
    define((name, run) => {
      test(name, async ({ signal }) => {
        if (!browser) throw new Error('there is no browser')
        const testBed = new TestBed(join(root, 'solutions', slug), signal)
        const fixture = new BrowserFixture(slug.slice(0, 2), testBed, browser)
        try {
          await run(fixture)
          expect(fixture.unexpectedErrors()).toEqual([])
        } catch (error) {
          console.error(await fixture.report())
          throw error
        } finally {
          await fixture.close()
          await testBed.close()
        }
      })
    })
  })
}
