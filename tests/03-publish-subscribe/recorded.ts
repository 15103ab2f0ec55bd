import { type Recorded, attempt } from '../../workshop/check/suite.ts'

/** Two instances start, one after the other. */
export const recorded: Recorded = {
  async scene(testBed) {
    const web1 = await testBed.start('web.1')
    await attempt(web1.waitForOutput('web.1 started'))
    const web2 = await testBed.start('web.2')
    await attempt(web2.waitForOutput('web.2 started'))
    await attempt(web1.waitForOutput('web.2 started'))
  },
  mistakes: {
    'Publishes before it is subscribed': 's3-publish-before-subscribe: the two lines swapped',
    'Subscribes to another channel': 's3-channel-mismatch: subscribes to another channel',
    'Prints its own name': 's3-prints-own-name: DYNO in the handler',
  },
}
