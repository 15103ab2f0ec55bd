import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import { login, startWeb, whoAmI } from '../shared/sessions.ts'

/** A user logs in at one instance, and the next request goes to the other one. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const web1 = await startWeb(testBed, 'web.1')
    const web2 = await startWeb(testBed, 'web.2')
    const ada = testBed.httpSession()
    begin()
    await attempt(login(ada, web1, 'ada'))
    await attempt(whoAmI(ada, web1, 'ada'))
    await attempt(whoAmI(ada, web2, 'ada'))
  },
  mistakes: {
    'Keeps sessions in memory': 's5-memory-store: no store',
    'Gives each instance its own prefix': 's5-instance-specific-prefix: DYNO in the prefix',
    'Does not renew the session id': 's5-no-regenerate: nothing before the user',
  },
}
