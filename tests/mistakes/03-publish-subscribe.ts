import type { Mistake } from '../support/index.ts'
import { connections } from './03-publish-subscribe/connections.ts'
import { handlers } from './03-publish-subscribe/handlers.ts'
import { messages } from './03-publish-subscribe/messages.ts'
import { order } from './03-publish-subscribe/order.ts'
import { printing } from './03-publish-subscribe/printing.ts'
import { survival } from './03-publish-subscribe/survival.ts'

/** What the untouched starter gets wrong. */
export const starter = 's3-never-subscribes'

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
  ...connections,
  ...messages,
  ...order,
  ...handlers,
  ...survival,
  ...printing,
]
