// One address in front of all instances, as a PaaS has it.
export type { RoutedRequest } from './forwarder.ts'
export { isLoopbackHost } from './loopback-host.ts'
export { type Router, type RouterOptions, openRouter } from './router.ts'
