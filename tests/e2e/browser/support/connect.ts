import { type Browser, chromium } from 'playwright-core'

/** The browser that `npm run test:browser` has started. */
export function connectBrowser(): Promise<Browser> {
  const address = process.env['WORKSHOP_BROWSER']
  if (address) return chromium.connect(address)
  throw new Error('no browser is running. Start these tests with: npm run test:browser')
}
