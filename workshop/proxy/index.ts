export { nameClients } from './client-names.ts'
export { type ClusterProxy, startClusterProxy } from './cluster-proxy.ts'
export { describeEvent, toRedisCli } from './describe-event.ts'
export { RespError, isHandshake } from './events.ts'
export type {
  ClosedEvent,
  CommandEvent,
  OpenedEvent,
  ProtocolErrorEvent,
  PushEvent,
  RespValue,
  WireEvent,
} from './events.ts'
export { type FormatOptions, formatEvents } from './format-events.ts'
export { Recording, type RecordingOptions } from './recording.ts'
export { type ProxyOptions, type RedisProxy, startProxy } from './redis-proxy.ts'
export { type LocalhostCertificate, localhostCertificate } from './sockets.ts'
