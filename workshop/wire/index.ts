export { isGreeting, isIntroduction, whenComplete } from './complete.ts'
export { RespError } from './events.ts'
export type {
  ClosedEvent,
  CommandEvent,
  OddEvent,
  OpenedEvent,
  PushEvent,
  RespValue,
  WireEvent,
} from './events.ts'
export { formatWire } from './format.ts'
export { Recording, type RecordingOptions } from './recording.ts'
export { toRedisCli } from './redis-cli.ts'
export { rowOf } from './rows.ts'
export { openTap, type Tap, type TapOptions } from './tap.ts'
export { localTls, type LocalTls } from './tls.ts'
