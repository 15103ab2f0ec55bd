// A real browser for `npm run test:browser`. Learners do not need it.
export { findChromium } from './find-chromium.ts'
export { type BrowserServer, openBrowser } from './open-browser.ts'
