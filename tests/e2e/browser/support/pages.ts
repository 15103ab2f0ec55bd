import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../../../workshop/paths.ts'
import { TestBed } from '../../../../workshop/check/test-bed.ts'
import { connectBrowser } from './connect.ts'
import { BrowserFixture } from './browser-fixture.ts'

/** Says what is done with a page, and what must be seen. */
export type PageTest = (name: string, play: (scene: BrowserFixture) => Promise<void>) => void

/**
 * Tests the pages of a step's solution. Every test has a stage and browser contexts of its own;
 * in the end no screen may have had an error in its console or a request that failed.
 *
 * @param slug the step's, for example `05-express-sessions`
 */
export function pages(slug: string, tell: (test: PageTest) => void): void {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser?.close())

  describe(slug, () => {
    tell((name, play) => {
      test(name, async ({ signal }) => {
        if (!browser) throw new Error('there is no browser')
        const stage = new TestBed(join(root, 'solutions', slug), signal)
        const scene = new BrowserFixture(slug.slice(0, 2), stage, browser)
        try {
          await play(scene)
          expect(scene.unexpectedErrors()).toEqual([])
        } catch (error) {
          console.error(await scene.report())
          throw error
        } finally {
          await scene.close()
          await stage.close()
        }
      })
    })
  })
}
