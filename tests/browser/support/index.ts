// What a test of a page may say.
export { connectBrowser } from './connect.ts'
export { barriers, looks } from './looks.ts'
export { pages } from './pages.ts'
export { type Scene, sizes } from './scene.ts'
export { type Part, Screen } from './screen.ts'
