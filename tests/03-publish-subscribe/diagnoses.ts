import type { Diagnosis } from '../../workshop/check/suite.ts'
import { channels } from './diagnoses/channels.ts'
import { connections } from './diagnoses/connections.ts'
import { handlers } from './diagnoses/handlers.ts'
import { messages } from './diagnoses/messages.ts'
import { output } from './diagnoses/output.ts'
import { ownMessages } from './diagnoses/own-messages.ts'
import { reconnect } from './diagnoses/reconnect.ts'
import { subscribeOrder } from './diagnoses/subscribe-order.ts'
import { fallbackFirst, neverRead, onlyRedisUrl } from '../shared/redis-connection/address.ts'

/** The wrong answers that the check of this step recognizes, the most specific first. */
export const diagnoses: Diagnosis[] = [
  ...connections,
  ...channels,
  ...messages,
  ...subscribeOrder,
  ...handlers,
  ...reconnect,
  ...ownMessages,
  ...output,
  neverRead,
  fallbackFirst,
  onlyRedisUrl,
]
