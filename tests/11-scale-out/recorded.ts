import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { startChat } from '../shared/chat.ts'
import { goOnline } from '../shared/chat-online.ts'
import { expectReaches } from './helpers/crossing.ts'

/** Ada sends a message to Grace; the third instance holds a device of neither. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const web1 = await startChat(testBed, 'web.1')
    const web2 = await startChat(testBed, 'web.2')
    const web3 = await startChat(testBed, 'web.3')
    const ada = await goOnline(testBed, web1, 'ada')
    const grace = await goOnline(testBed, web2, 'grace')
    await goOnline(testBed, web3, 'linus')
    begin()
    await attempt(expectReaches(ada, 'grace', [ada, grace], 'hello', 'across'))
  },
  mistakes: {
    'Broadcasts to all instances':
      's11-broadcast: one channel for all, subscribed with the first device',
    'Subscribes to a pattern': 's11-pattern: user:*',
    'Publishes on another channel': 's11-other-channel: another prefix where it is published',
  },
}
