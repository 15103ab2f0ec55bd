export { isHandshake, isClientSetup, onCompleted } from './completed-events.ts'
export { RespError } from './events.ts'
export type {
  ClosedEvent,
  CommandEvent,
  ProtocolErrorEvent,
  OpenedEvent,
  PushEvent,
  RespValue,
  WireEvent,
} from './events.ts'
export { formatEvents } from './format-events.ts'
export { Recording, type RecordingOptions } from './recording.ts'
export { toRedisCli } from './redis-cli.ts'
export { describeEvent } from './describe-event.ts'
export { startProxy, type RedisProxy, type ProxyOptions } from './redis-proxy.ts'
export { localhostCertificate, type LocalhostCertificate } from './tls.ts'
