import { diagnoses } from './06-worker-jobs/diagnoses.ts'
import { commandRef, defineCheck, failUnless } from '../workshop/check/suite.ts'
import {
  type Ack,
  connectDevice,
  connectMember,
  holds,
  job,
  login,
  publishedJobs,
  requestJob,
  startBoth,
  startWebApp,
  startWorker,
  waitForDone,
  waitForJob,
} from './06-worker-jobs/helpers/jobs.ts'
import {
  anonymousClient,
  cutResults,
  expectDoneCount,
  expectDoneOnce,
  expectEncodedAlike,
  expectErrorReply,
  expectExitsInTime,
  expectNotReceived,
  expectReconnects,
  expectResponsive,
  expectSameUser,
  expectSeparateChannels,
  identityClaims,
  withFalseIdentity,
} from './06-worker-jobs/helpers/expectations.ts'
import {
  afterMalformed,
  afterRefusal,
  badRequests,
  deliverInvalidFirst,
  publishInvalidMessages,
  publishOnSimilarChannels,
  refuseResult,
} from './06-worker-jobs/helpers/invalid-input.ts'

defineCheck('06-worker-jobs', { diagnoses }, (goal) => {
  goal(
    'a `job` of a logged-in user is published on `JOB:<userId>:<name>`, whatever user the client claims to be; a client that is not logged in publishes none',
    async (testBed) => {
      const web1 = await startWebApp(testBed, 'web.1')
      const browser = await login(testBed, web1, 'ada')
      const ada = await connectDevice(testBed, web1, browser, "ada's phone")
      const grace = await connectMember(testBed, web1, 'grace')
      const first = await waitForJob(web1, ada, job(1))
      const other = await waitForJob(web1, grace, job(2))
      expectSeparateChannels(first, other)
      // The same user again, who claims in every possible way to be another one.
      const posing = {
        address: withFalseIdentity(web1, 'grace'),
        auth: identityClaims('grace'),
      }
      const session = await login(testBed, web1, 'ada')
      const device = await connectDevice(testBed, web1, session, "ada's tablet", posing)
      const more = identityClaims('grace')
      expectSameUser(first, await waitForJob(web1, device, job(3), { more }), other)
      const before = publishedJobs(web1).length
      const stranger = await anonymousClient(
        testBed,
        withFalseIdentity(web1, 'ada'),
        identityClaims('ada'),
      )
      if (stranger) requestJob(stranger, job(4), identityClaims('ada'))
      await waitForJob(web1, ada, job(5))
      const jobs = publishedJobs(web1).slice(before)
      const strange = jobs.find(({ args: [, message = ''] }) => message.includes('400'))
      const [command = first.command] = strange ? [strange] : jobs
      failUnless(jobs.length === 1, {
        kind: 'command-unexpected',
        expectation: 'not-logged-in',
        app: 'web.1',
        command: commandRef(command),
        when: 'for a client that is not logged in',
      })
    },
  )

  goal(
    'every device of that user gets `done` once per job, whichever instance it is connected to',
    async (testBed) => {
      const [web1, web2] = await Promise.all([
        startWebApp(testBed, 'web.1'),
        startWebApp(testBed, 'web.2'),
        startWorker(testBed),
      ])
      const browser = await login(testBed, web1, 'ada')
      const phone = await connectDevice(testBed, web1, browser, "ada's phone on web.1")
      const tablet = await connectDevice(testBed, web1, browser, "ada's tablet on web.1")
      const laptop = await connectDevice(testBed, web2, browser, "ada's laptop on web.2")
      const devices = [phone, tablet, laptop]
      for (const [n, asking] of [phone, laptop, phone].entries()) {
        requestJob(asking, job(n + 1))
        await waitForDone(testBed, devices, job(n + 1))
        // What comes twice has come before the result of a later job.
        for (const device of n > 0 ? devices : []) expectDoneOnce(device, job(n))
      }
      await cutResults(web1)
      const afterCut = {
        expectation: 'after-cut',
        when: 'after the connection on which web.1 receives results was cut',
      }
      requestJob(phone, job(4))
      await waitForDone(testBed, devices, job(4), afterCut)
      // Progress is not a result: of a worker like ours, and of the learner's in a long job.
      const [channel = ''] = publishedJobs(web1).at(-1)?.args ?? []
      const progress = channel.replace('JOB:', 'PROGRESS:')
      await testBed.publish(progress, JSON.stringify({ done: 0.5 }))
      const long = { input: 1_000_000, count: 78_498 }
      requestJob(phone, long)
      await waitForDone(testBed, devices, long)
      for (const device of devices) {
        expectDoneOnce(device, job(4), afterCut)
        expectDoneCount(device, 5)
      }
    },
  )

  goal('no other user receives anything about the job', async (testBed) => {
    const [web1] = await startBoth(testBed)
    const ada = await connectMember(testBed, web1, 'ada')
    const browser = await login(testBed, web1, 'grace')
    const grace = await connectDevice(testBed, web1, browser, "grace's device")
    const posing = await connectDevice(testBed, web1, browser, "grace's tablet", {
      address: withFalseIdentity(web1, 'ada'),
      auth: { ...identityClaims('ada'), name: 'ada' },
    })
    const stranger = await anonymousClient(
      testBed,
      withFalseIdentity(web1, 'ada'),
      identityClaims('ada'),
    )
    const { id } = await waitForJob(web1, ada, job(1))
    await waitForDone(testBed, ada, job(1))
    await testBed.publish(`PROGRESS:${id}:primes`, JSON.stringify({ done: 0.4242 }))
    requestJob(grace, job(2))
    await waitForDone(testBed, grace, job(2))
    for (const one of stranger ? [grace, stranger] : [grace])
      expectNotReceived(one, 'ada', job(1), { progress: 0.4242 })
    await testBed.poll(() => posing.receivedEvents('done')[0])
    expectNotReceived(posing, 'ada', job(1), {
      expectation: 'claimed-user',
      when: 'about the job of "ada", whom it claims to be in its handshake',
    })
    await waitForDone(testBed, posing, job(2))
    const response = await browser.request(web1, 'GET', '/me')
    failUnless(!response.text.includes('ada'), {
      kind: 'http-wrong',
      app: 'web.1',
      request: { method: 'GET', path: '/me' },
      should: 'nothing about ada, for grace',
      response,
    })
    requestJob(ada, job(3))
    await waitForDone(testBed, ada, job(3))
    expectNotReceived(ada, 'grace', job(2))
  })

  goal('a job that no worker receives is answered with an error at once', async (testBed) => {
    const [web1, worker] = await startBoth(testBed)
    const ada = await connectMember(testBed, web1, 'ada')
    const good: [Ack, Ack] = [requestJob(ada, job(1)), requestJob(ada, job(2))]
    for (const n of [1, 2]) await waitForDone(testBed, ada, job(n))
    await testBed.poll(() => good.every(({ args }) => args) || undefined, { withinMs: 300 })
    worker.sendSignal('SIGKILL')
    await worker.waitForExit()
    await expectErrorReply(testBed, web1, ada, job(3), good)
  })

  goal(
    'invalid input, unknown jobs, malformed messages, and a result that Redis refuses stop neither web nor worker',
    async (testBed) => {
      const [web1, worker] = await startBoth(testBed)
      const ada = await connectMember(testBed, web1, 'ada')
      for (const args of badRequests) ada.emit('job', ...args)
      const afterJobs = { expectation: 'after-invalid-jobs', when: 'after invalid jobs' }
      const { id } = await waitForJob(web1, ada, job(1), afterJobs)
      await waitForDone(testBed, ada, job(1), afterJobs)
      await publishInvalidMessages(testBed, id)
      const done = (n: number) => waitForDone(testBed, ada, job(n), afterMalformed)
      // Each time a malformed message arrives in the same packet, just before the valid one.
      await deliverInvalidFirst(
        testBed,
        web1,
        { start: 'JOB:' },
        () => requestJob(ada, job(2)),
        () => done(2),
      )
      await deliverInvalidFirst(
        testBed,
        worker,
        // A job that came twice may have been done twice: the result of this one.
        { start: 'DONE:', fits: (message) => holds(message, job(3)) },
        () => requestJob(ada, job(3)),
        () => done(3),
      )
      await publishOnSimilarChannels(testBed, id)
      requestJob(ada, job(4))
      await done(4)
      await refuseResult(testBed, worker, () => requestJob(ada, job(5)))
      requestJob(ada, job(6))
      await waitForDone(testBed, ada, job(6), afterRefusal)
      for (const { instance, name } of [web1, worker]) {
        const { exit } = instance
        const { code = 0, signal = null } = exit ?? {}
        failUnless(!exit, {
          kind: 'exit-unexpected',
          ...afterMalformed,
          app: name,
          code,
          signal,
        })
      }
    },
  )

  goal(
    'user ids with `:`, `*` and `[` work, and their results reach no other user',
    async (testBed) => {
      const [web1] = await startBoth(testBed)
      const users = ['a:b', '[ab]', 'a', 'b', '*', 'a*b*', 'a%3Ab']
      const oddName = { expectation: 'odd-user-name' }
      const devices = await Promise.all(users.map((user) => connectMember(testBed, web1, user)))
      // Users whose results would leak to others come first: their own results come last.
      for (const turn of [[0, 1, 6], [2, 3], [4], [5]]) {
        for (const n of turn) if (devices[n]) requestJob(devices[n], job(n + 1))
        for (const n of turn)
          if (devices[n]) await waitForDone(testBed, devices[n], job(n + 1), oddName)
      }
      for (const [n, device] of devices.entries()) {
        expectDoneOnce(device, job(n + 1), oddName)
        const others = users.filter((_, other) => other !== n)
        for (const other of others)
          expectNotReceived(device, other, job(users.indexOf(other) + 1), oddName)
      }
      expectEncodedAlike(...publishedJobs(web1).slice(-2))
    },
  )

  goal(
    'web instances and worker stay responsive during a job, and SIGTERM still ends them within 2 seconds',
    async (testBed) => {
      const [web1, worker] = await startBoth(testBed)
      const [ada, grace] = await Promise.all([
        connectMember(testBed, web1, 'ada'),
        login(testBed, web1, 'grace'),
      ])
      requestJob(ada, job(1))
      await waitForDone(testBed, ada, job(1)) // this worker does jobs
      const before = worker.receivedMessages('JOB:').length
      const long = { input: 50_000_000, count: 3_001_134 }
      requestJob(ada, long)
      await worker.waitUntil(
        {
          kind: 'command-missing',
          app: 'web.1',
          command: 'PUBLISH',
          channel: 'JOB:ada:primes',
        },
        () => worker.receivedMessages('JOB:')[before],
      )
      await expectResponsive(web1, grace)
      await expectReconnects(testBed, worker)
      await Promise.all([expectExitsInTime(web1), expectExitsInTime(worker)])
    },
  )
})
