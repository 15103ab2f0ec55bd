// Pages on this machine: what the guide and the slides have in common.
export { type Assets, buildAssets } from './assets.ts'
export { consoleHtml } from './console.ts'
export { escape, jsonInScript } from './escape.ts'
export { highlighted } from './highlight.ts'
export { pictures } from './pictures.ts'
export { listenSomewhere, newApp, sendAssets } from './serve.ts'
export { isWelcome, mayConnect } from './visitors.ts'
