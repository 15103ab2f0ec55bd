// A real browser for `npm run test:browser`. Whoever takes the course needs none of this.
export { findChromium } from './find-chromium.ts'
export { type BrowserServer, openBrowser } from './open-browser.ts'
