import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { join } from '../shared/chat-devices.ts'
import { expectStored, waitForId, waitForText } from '../shared/chat-messages.ts'
import { startTwo } from '../08-dispatch/helpers/dispatch.ts'

/** Grace sends a message while Ada's phone is offline. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const [web1, web2] = await startTwo(testBed)
    const grace = await join(testBed, web2, 'grace')
    const phone = await join(testBed, web1, 'ada', { device: 'phone' })
    await expectStored(grace, { to: 'ada', text: 'before' })
    await attempt(waitForText(grace, 'before'))
    const lastId = await attempt(waitForId(phone, 'before'))
    phone.close()
    begin()
    await attempt(expectStored(grace, { to: 'ada', text: 'are you there?' }))
    const back = await join(testBed, web1, 'ada', { device: 'phone, back', lastId })
    await attempt(waitForText(back, 'are you there?'))
  },
  mistakes: {
    'Never stores a message': 's10-never-stored: as in step 9',
    'Publishes before it stores': 's10-publish-before-store: for a faster delivery',
    'Does not send what was missed': 's10-nothing-caught-up: never begun',
  },
}
