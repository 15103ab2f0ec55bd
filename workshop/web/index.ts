// Pages on this machine: what the guide and the slides have in common.
export { isToken, readOrCreateToken } from './access-token.ts'
export { type Assets, buildAssets } from './assets.ts'
export { escapeHtml, highlightTs, htmlPage, jsonInScript, terminalHtml } from './html.ts'
export {
  createLocalApp,
  endRoutes,
  listenOnRememberedPort,
  rememberedPort,
  sendAssets,
} from './local-server.ts'
export { countSteps, pictures } from './pictures.ts'
export { type AccessRules, hasToken, isLocalRequest, isLocalSocket } from './request-guard.ts'
