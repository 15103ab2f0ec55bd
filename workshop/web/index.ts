// Pages on this machine: what the guide and the slides have in common.
export { type Assets, buildAssets } from './assets.ts'
export { terminalHtml } from './terminal-html.ts'
export { escapeHtml, jsonInScript } from './escape-html.ts'
export { highlightTs } from './highlight-ts.ts'
export { pictures } from './pictures.ts'
export { listenOnRememberedPort, createLocalApp, sendAssets } from './local-server.ts'
export { isLocalRequest, isLocalSocket } from './request-guard.ts'
