import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { expectDelivered } from '../shared/chat-delivery.ts'
import { connectToTwoWorkers } from './helpers/sharing.ts'
import { startCluster } from './helpers/cluster.ts'

/** Two devices of a user on two workers: a message reaches both. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const primary = await startCluster(testBed)
    const [near, far] = await connectToTwoWorkers(testBed, primary, 'ada')
    begin()
    const hello = { from: 'ada', to: 'ada', text: 'hello' }
    const devices = [near.device, far.device]
    const options = { expectation: 'workers' }
    await attempt(expectDelivered(testBed, near.device, hello, devices, options))
  },
  mistakes: {
    'Emits in this worker alone': 's9-no-dispatch: local only',
    'Delivers twice': 's9-local-and-dispatch: both',
  },
}
