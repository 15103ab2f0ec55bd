// What a PaaS has and a laptop lacks: one address in front of all instances.
export type { RoutedRequest } from './passage.ts'
export { type Router, type RouterOptions, openRouter } from './router.ts'
export type { Target } from './turns.ts'
