import { type Recorded, attempt, openedConnections } from '../../workshop/check/suite.ts'

/** The connection of an instance is cut. */
export const recorded: Recorded = {
  async scene(testBed) {
    const web1 = await testBed.start('web.1')
    await attempt(web1.waitForOutput('connected to'))
    for (const connection of openedConnections(web1)) web1.proxy.disconnect(connection)
    await attempt(web1.waitForOutput('connection lost'))
    await attempt(web1.waitForOutput('reconnected'))
  },
  mistakes: {
    'Has no error listener': 's2-no-error-listener: only to "end"',
    'Never reconnects': 's2-reconnect-disabled: a strategy that returns false',
    'Does not report the loss': 's2-loss-not-logged: waits for "end"',
  },
}
