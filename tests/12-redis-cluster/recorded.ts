import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { expectStored, waitForText } from '../shared/chat-messages.ts'
import { goOnline } from '../shared/chat-online.ts'
import { startInCluster } from './helpers/cluster.ts'

/** Ada sends a message to Grace through the primary that holds what belongs to her. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const web1 = await startInCluster(testBed, 'web.1')
    const web2 = await startInCluster(testBed, 'web.2')
    const ada = await goOnline(testBed, web1, 'ada')
    const grace = await goOnline(testBed, web2, 'grace')
    begin()
    await attempt(expectStored(ada, { to: 'grace', text: 'hello' }))
    await attempt(waitForText(grace, 'hello'))
  },
  mistakes: {
    'Publishes to all nodes': 's12-classic-publish: PUBLISH and SUBSCRIBE',
    'Stores all users on one primary': 's12-one-tag: the same for all users',
  },
}
