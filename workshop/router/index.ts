// What a PaaS has and a laptop lacks: one address in front of all instances.
export type { RoutedRequest } from './forwarder.ts'
export { type Router, type RouterOptions, openRouter } from './router.ts'
export type { Backend } from './round-robin.ts'
