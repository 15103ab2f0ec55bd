// The helpers of the page tests.
export { connectBrowser } from './connect.ts'
export { a11yViolations, expectPageFits } from './visual-checks.ts'
export { pages } from './pages.ts'
export { type BrowserFixture, sizes } from './browser-fixture.ts'
export { type Scope, PageDriver } from './page-driver.ts'
export { pageSizes, watchFrames } from './page-load.ts'
