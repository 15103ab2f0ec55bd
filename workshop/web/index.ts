// Pages on this machine: what the guide and the slides have in common.
export { isToken, readOrCreateToken } from './access-token.ts'
export { type Assets, buildAssets } from './assets.ts'
export { escapeHtml, jsonInScript } from './escape-html.ts'
export { highlightTs } from './highlight-ts.ts'
export { htmlPage } from './html-page.ts'
export {
  createLocalApp,
  endRoutes,
  listenOnRememberedPort,
  rememberedPort,
  sendAssets,
} from './local-server.ts'
export { countSteps, pictures } from './pictures.ts'
export { type AccessRules, hasToken, isLocalRequest, isLocalSocket } from './request-guard.ts'
export { terminalHtml } from './terminal-html.ts'
