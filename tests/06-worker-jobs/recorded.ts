import { type Recorded, attempt } from '../../workshop/check/suite.ts'
import {
  connectDevice,
  job,
  login,
  requestJob,
  startWebApp,
  startWorker,
  waitForDone,
} from './helpers/jobs.ts'

/** A user with a device on each web instance asks for a job. */
export const recorded: Recorded = {
  async scene(testBed, begin) {
    const web1 = await startWebApp(testBed, 'web.1')
    const web2 = await startWebApp(testBed, 'web.2')
    await attempt(startWorker(testBed))
    const ada = await login(testBed, web1, 'ada')
    const phone = await connectDevice(testBed, web1, ada, "ada's phone")
    const laptop = await connectDevice(testBed, web2, ada, "ada's laptop")
    begin()
    requestJob(phone, job(1))
    await attempt(waitForDone(testBed, [phone, laptop], job(1)))
  },
  mistakes: {
    'Subscribes to a literal star': 's6-subscribe-literal-star: the worker',
    'Publishes the result on another channel': 's6-other-result-channel: RESULT',
    'Answers one device alone': 's6-not-every-device: the one that asked',
  },
}
