import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { connectDevice } from '../shared/chat.ts'
import { expectDelivered } from '../shared/chat-delivery.ts'
import { startTwo } from './helpers/dispatch.ts'

/** Ada sends a message to Grace, who is connected to another instance. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const [web1, web2] = await startTwo(testBed)
    const phone = await connectDevice(testBed, web1, 'ada', "ada's phone")
    const laptop = await connectDevice(testBed, web2, 'ada', "ada's laptop")
    const grace = await connectDevice(testBed, web2, 'grace', "grace's phone")
    begin()
    const hello = { from: 'ada', to: 'grace', text: 'hello' }
    const options = { expectation: 'across-instances' }
    await attempt(expectDelivered(testBed, phone, hello, [phone, laptop, grace], options))
  },
  mistakes: {
    'Emits on this instance alone': 's8-local-emit-only: dispatch() emits',
    'Delivers twice': 's8-local-and-dispatch: in dispatch()',
    'Publishes for one user': 's8-one-user-only: the receiver',
  },
}
