import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { startReady } from './helpers.ts'

/** One of two instances receives SIGTERM. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const web1 = await startReady(testBed, 'web.1')
    const web2 = await startReady(testBed, 'web.2')
    for (const app of [web1, web2]) await attempt(app.waitForOutput('web.2 started'))
    begin()
    web2.sendSignal('SIGTERM')
    await attempt(web1.waitForOutput('web.2 stopped'))
    await attempt(web2.waitForExit())
  },
  mistakes: {
    'Exits before the message is sent': 's4-exit-before-publish: exit() without await',
    'Leaves a connection open': 's4-never-exits: client2 is not closed',
    'Ignores “stopped”': 's4-ignores-stopped: only started',
  },
}
