import { type Recorded, attempt } from '../../workshop/check/suite.ts'

/** An instance starts; its Redis asks for a password. */
export const recorded: Recorded = {
  async scene(testBed) {
    testBed.redisConfig('--requirepass', 'swordfish')
    const web1 = await testBed.start('web.1', { credentials: ':swordfish@' })
    await attempt(web1.waitForExit())
  },
  mistakes: {
    'Sends AUTH after PING': 's1-auth-after-ping: PING, AUTH',
    'Sends no PING': 's1-no-ping: another command',
    'Leaves the socket open': 's1-socket-left-open: never closes',
  },
}
