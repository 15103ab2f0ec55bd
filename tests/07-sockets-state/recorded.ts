import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { connectDevice, startChat } from '../shared/chat.ts'
import { expectDelivered } from '../shared/chat-delivery.ts'

/** Ada sends a message to Grace, on one instance. Redis has no part in it yet. */
export const recorded: Recorded = {
  async scene(testBed) {
    const web1 = await startChat(testBed, 'web.1')
    const phone = await connectDevice(testBed, web1, 'ada', "ada's phone")
    const laptop = await connectDevice(testBed, web1, 'ada', "ada's laptop")
    const grace = await connectDevice(testBed, web1, 'grace', "grace's phone")
    const hello = { from: 'ada', to: 'grace', text: 'hello' }
    const options = { expectation: 'all-devices' }
    await attempt(expectDelivered(testBed, phone, hello, [phone, laptop, grace], options))
  },
  mistakes: {
    'Reaches one device of a user': 's7-first-socket-only: the first one found',
    'Forgets the devices of the sender': 's7-only-the-receiver: emits to one',
    'Sends to all users': 's7-to-all-devices: to all users',
  },
}
