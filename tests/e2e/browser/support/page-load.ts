import type { Page } from 'playwright-core'

/** What a page takes. */
export interface Sizes {
  heap: number
  elements: number
}

/** What a page takes after a garbage collection. */
export async function pageSizes(page: Page): Promise<Sizes> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize: heap } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`)
  return { heap, elements }
}

/** Notes the longest times between two frames, in `window.gaps`, and counts them in `window.frameCount`. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(`{
    window.gaps = []
    window.frameCount = 0
    let last = performance.now()
    const look = (now) => {
      window.frameCount += 1
      window.gaps.push(Math.round(now - last))
      window.gaps.sort((a, b) => b - a)
      window.gaps.length = Math.min(window.gaps.length, 20)
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }`)
}
