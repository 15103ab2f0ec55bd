import { mistakes, starter } from './06-worker-jobs/diagnoses.ts'
import { rightAnswers } from './06-worker-jobs/right-answers.ts'
import { expectTrue, defineCheck } from '../workshop/check/suite.ts'
import {
  type Ack,
  requestJob,
  connectDevice,
  doneEvents,
  waitForDone,
  holds,
  job,
  login,
  connectMember,
  publishedJobs,
  waitForJob,
  startBoth,
  startWebApp,
  startWorker,
} from './06-worker-jobs/helpers/jobs.ts'
import {
  waitForAll,
  expectResponsive,
  expectSeparateChannels,
  identityClaims,
  expectExitsInTime,
  expectErrorReply,
  anonymousClient,
  withFalseIdentity,
  expectNotReceived,
  expectDoneCount,
  expectDoneOnce,
  expectReconnects,
} from './06-worker-jobs/helpers/expectations.ts'
import {
  badRequests,
  publishOnSimilarChannels,
  deliverInvalidFirst,
  publishInvalidMessages,
} from './06-worker-jobs/helpers/invalid-input.ts'

defineCheck('06-worker-jobs', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'a `job` of a logged-in user is published on `JOB:<userId>:<name>`, whatever user the client claims to be',
    async (stage) => {
      const web1 = await startWebApp(stage, 'web.1')
      const browser = await login(stage, web1, 'ada')
      const ada = await connectDevice(stage, web1, browser, "ada's phone")
      const grace = await connectMember(stage, web1, 'grace')
      const { id, channel } = await waitForJob(web1, ada, job(1))
      const other = await waitForJob(web1, grace, job(2))
      expectSeparateChannels('ada', id, 'grace', other.id)
      // The same user again, who claims in every possible way to be another one.
      const posing = {
        address: withFalseIdentity(web1, 'grace'),
        auth: identityClaims('grace'),
      }
      const impostor = await connectDevice(stage, web1, browser, "ada's second device", posing)
      const posed = await waitForJob(web1, impostor, job(3), identityClaims('grace'))
      expectTrue(
        posed.id === id,
        `the job of ada's second device on "${channel}", like that of her first`,
        posed.id === other.id
          ? `it claims to be grace, and web.1 published on "${posed.channel}"`
          : `web.1 published it on "${posed.channel}"`,
        'web.1',
      )
      const before = publishedJobs(web1).length
      const stranger = await anonymousClient(
        stage,
        withFalseIdentity(web1, 'ada'),
        identityClaims('ada'),
      )
      if (stranger) requestJob(stranger, job(4), identityClaims('ada'))
      await waitForJob(web1, ada, job(5))
      const strange = publishedJobs(web1)[before]
      expectTrue(
        publishedJobs(web1).length === before + 1,
        'nothing on a JOB channel for somebody who is not logged in',
        `web.1 published on "${strange?.args[0]}"`,
        'web.1',
      )
    },
  )

  goal(
    'every device of that user gets `done` once per job, whichever instance it is connected to',
    async (stage) => {
      const [web1, web2] = await Promise.all([
        startWebApp(stage, 'web.1'),
        startWebApp(stage, 'web.2'),
        startWorker(stage),
      ])
      const browser = await login(stage, web1, 'ada')
      const phone = await connectDevice(stage, web1, browser, "ada's phone on web.1")
      const tablet = await connectDevice(stage, web1, browser, "ada's tablet on web.1")
      const laptop = await connectDevice(stage, web2, browser, "ada's laptop on web.2")
      const devices = [phone, tablet, laptop]
      for (const [n, asking] of [phone, laptop, phone].entries()) {
        requestJob(asking, job(n + 1))
        await waitForAll(stage, devices, job(n + 1))
        // What comes twice has come before the result of a later job.
        for (const device of n > 0 ? devices : []) expectDoneOnce(device, job(n))
      }
      // Long enough to report progress, which is not a result.
      const long = { input: 1_000_000, count: 78_498 }
      requestJob(phone, long)
      await waitForAll(stage, devices, long)
      for (const device of devices) expectDoneCount(device, 4)
    },
  )

  goal('no other user receives anything about the job', async (stage) => {
    const [web1] = await startBoth(stage)
    const ada = await connectMember(stage, web1, 'ada')
    const browser = await login(stage, web1, 'grace')
    const grace = await connectDevice(stage, web1, browser, "grace's device")
    const stranger = await anonymousClient(
      stage,
      withFalseIdentity(web1, 'ada'),
      identityClaims('ada'),
    )
    const { id } = await waitForJob(web1, ada, job(1))
    await waitForDone(stage, ada, job(1))
    await stage.publish(`PROGRESS:${id}:primes`, JSON.stringify({ done: 0.4242 }))
    requestJob(grace, job(2))
    await waitForDone(stage, grace, job(2))
    for (const one of stranger ? [grace, stranger] : [grace])
      expectNotReceived(one, 'ada', job(1), 0.4242)
    const page = await browser.request(web1, 'GET', '/me')
    expectTrue(
      !page.text.includes('ada'),
      'nothing about ada on the page /me of grace',
      page.text.slice(0, 200),
      'web.1',
    )
    requestJob(ada, job(3))
    await waitForDone(stage, ada, job(3))
    expectNotReceived(ada, 'grace', job(2))
  })

  goal('a job that no worker receives is answered with an error at once', async (stage) => {
    const [web1, worker] = await startBoth(stage)
    const ada = await connectMember(stage, web1, 'ada')
    const good: [Ack, Ack] = [requestJob(ada, job(1)), requestJob(ada, job(2))]
    for (const n of [1, 2]) await waitForDone(stage, ada, job(n))
    await web1.poll(300, () => good.every(({ args }) => args) || undefined)
    worker.sendSignal('SIGKILL')
    await worker.waitForExit()
    await expectErrorReply(stage, web1, ada, job(3), good)
  })

  goal(
    'invalid input, unknown jobs and malformed messages stop neither web nor worker',
    async (stage) => {
      const [web1, worker] = await startBoth(stage)
      const ada = await connectMember(stage, web1, 'ada')
      for (const args of badRequests) ada.emit('job', ...args)
      const { id } = await waitForJob(web1, ada, job(1))
      await waitForDone(stage, ada, job(1))
      await publishInvalidMessages(stage, id)
      // Each time nonsense arrives in the same packet, just before what is meant.
      await deliverInvalidFirst(
        stage,
        web1,
        { start: 'JOB:' },
        () => requestJob(ada, job(2)),
        () => waitForDone(stage, ada, job(2)),
      )
      await deliverInvalidFirst(
        stage,
        worker,
        // A job that came twice may have been done twice: the result of this one.
        { start: 'DONE:', fits: (message) => holds(message, job(3)) },
        () => requestJob(ada, job(3)),
        () => waitForDone(stage, ada, job(3)),
      )
      await publishOnSimilarChannels(stage, id)
      requestJob(ada, job(4))
      await waitForDone(stage, ada, job(4))
      for (const { instance, name } of [web1, worker]) {
        expectTrue(!instance.exit, `${name} to go on`, 'it ended', name)
      }
    },
  )

  goal(
    'user ids with `:`, `*` and `[` work, and their results reach no other user',
    async (stage) => {
      const [web1] = await startBoth(stage)
      const users = ['a:b', '[ab]', 'a', 'b', '*']
      const devices = await Promise.all(users.map((user) => connectMember(stage, web1, user)))
      // Whose results would leak to others come first: their own results are the fence.
      for (const turn of [[0, 1], [2, 3], [4]]) {
        for (const n of turn) if (devices[n]) requestJob(devices[n], job(n + 1))
        for (const n of turn) if (devices[n]) await waitForDone(stage, devices[n], job(n + 1))
      }
      for (const [n, device] of devices.entries()) {
        expectDoneOnce(device, job(n + 1))
        const others = users.filter((_, other) => other !== n)
        for (const other of others)
          expectNotReceived(device, other, job(users.indexOf(other) + 1))
      }
    },
  )

  goal(
    'web instances and worker stay responsive during a job, and SIGTERM still ends them within 2 seconds',
    async (stage) => {
      const [web1, worker] = await startBoth(stage)
      const [ada, grace] = await Promise.all([
        connectMember(stage, web1, 'ada'),
        login(stage, web1, 'grace'),
      ])
      requestJob(ada, job(1))
      await waitForDone(stage, ada, job(1)) // this worker does jobs
      const before = worker.receivedMessages('JOB:').length
      requestJob(ada, { input: 50_000_000, count: 3_001_134 })
      await worker.waitUntil(
        'worker.1 to receive the job',
        () => worker.receivedMessages('JOB:')[before],
      )
      await expectResponsive(web1, grace)
      await expectReconnects(stage, worker)
      expectTrue(
        doneEvents(ada, { input: 50_000_000, count: 3_001_134 }).length === 0,
        'a job up to 50000000 to take a while',
        'it is done already: this cannot be checked here',
      )
      await Promise.all([expectExitsInTime(web1), expectExitsInTime(worker)])
    },
  )
})
