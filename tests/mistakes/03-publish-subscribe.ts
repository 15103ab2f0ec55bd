import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { channels } from './03-publish-subscribe/channels.ts'
import { connections } from './03-publish-subscribe/connections.ts'
import { echo } from './03-publish-subscribe/echo.ts'
import { handlers } from './03-publish-subscribe/handlers.ts'
import { messages } from './03-publish-subscribe/messages.ts'
import { order } from './03-publish-subscribe/order.ts'
import { printing } from './03-publish-subscribe/printing.ts'
import { survival } from './03-publish-subscribe/survival.ts'
import { general } from './any-step.ts'
import { fallbackFirst, neverRead, onlyRedisUrl } from './shared/address.ts'

/** What the untouched starter gets wrong. */
export const starter = 's3-never-subscribes'

// What can go wrong in every step: how it looks in this one.
const usual: Mistake[] = [
  provenBy(neverRead, {
    'the address stands in the code': change(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  }),
  provenBy(fallbackFirst, {}),
  provenBy(onlyRedisUrl, {}),
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('index.ts', 'announce(client, ', 'announce((client, '),
  }),
  provenBy(general('floods-its-output'), {
    'a loop without an end': change(
      'index.ts',
      'try {',
      "for (;;) console.log('waiting')\ntry {",
    ),
  }),
  provenBy(general('throws'), {
    'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  provenBy(general('does-nothing'), {
    'an empty file': write('index.ts', ''),
  }),
  provenBy(general('never-speaks'), {
    'waits for ever': change(
      'index.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
  ...connections,
  ...channels,
  ...messages,
  ...order,
  ...handlers,
  ...survival,
  ...echo,
  ...printing,
  ...usual,
]
