import { mistakes, starter } from './mistakes/06-worker-jobs.ts'
import { rightAnswers } from './right-answers/06-worker-jobs.ts'
import { expectThat, gate } from './support/index.ts'
import {
  askFor,
  deviceOf,
  dones,
  hearsDone,
  holds,
  job,
  login,
  member,
  publishedJobs,
  publishes,
  webAndWorker,
  webInstance,
  workerInstance,
} from './support/jobs.ts'
import {
  allHear,
  answersInTime,
  apart,
  claims,
  endsInTime,
  hearsError,
  intruder,
  liar,
  never,
  once,
  reconnects,
} from './support/jobs-proofs.ts'
import { badRequests, decoys, overtake, pester } from './support/jobs-nonsense.ts'

gate('06-worker-jobs', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'a `job` of a logged-in user is published on `JOB:<userId>:<name>`, whoever the client claims to be',
    async (stage) => {
      const web1 = await webInstance(stage, 'web.1')
      const browser = await login(stage, web1, 'ada')
      const ada = await deviceOf(stage, web1, browser, "ada's phone")
      const grace = await member(stage, web1, 'grace')
      const { id, channel } = await publishes(web1, ada, job(1))
      const other = await publishes(web1, grace, job(2))
      apart('ada', id, 'grace', other.id)
      // The same user once more, who says in every way there is to be somebody else.
      const posing = { address: liar(web1, 'grace'), auth: claims('grace') }
      const impostor = await deviceOf(stage, web1, browser, "ada's second device", posing)
      const posed = await publishes(web1, impostor, job(3), claims('grace'))
      expectThat(
        posed.id === id,
        `the job of ada's second device on "${channel}", like that of her first`,
        posed.id === other.id
          ? `it claims to be grace, and web.1 published on "${posed.channel}"`
          : `web.1 published it on "${posed.channel}"`,
        'web.1',
      )
      const before = publishedJobs(web1).length
      const stranger = await intruder(stage, liar(web1, 'ada'), claims('ada'))
      if (stranger) askFor(stranger, job(4), claims('ada'))
      await publishes(web1, ada, job(5))
      const strange = publishedJobs(web1)[before]
      expectThat(
        publishedJobs(web1).length === before + 1,
        'nothing on a JOB channel for somebody who is not logged in',
        `web.1 published on "${strange?.args[0]}"`,
        'web.1',
      )
    },
  )

  goal(
    'every device of that user gets `done` once, whichever instance it is on',
    async (stage) => {
      const [web1, web2] = await Promise.all([
        webInstance(stage, 'web.1'),
        webInstance(stage, 'web.2'),
        workerInstance(stage),
      ])
      const browser = await login(stage, web1, 'ada')
      const phone = await deviceOf(stage, web1, browser, "ada's phone on web.1")
      const tablet = await deviceOf(stage, web1, browser, "ada's tablet on web.1")
      const laptop = await deviceOf(stage, web2, browser, "ada's laptop on web.2")
      const devices = [phone, tablet, laptop]
      for (const [n, asking] of [phone, laptop, phone].entries()) {
        askFor(asking, job(n + 1))
        await allHear(stage, devices, job(n + 1))
        // What comes twice has come before the result of a later job.
        for (const device of n > 0 ? devices : []) once(device, job(n))
      }
    },
  )

  goal('nobody else sees anything of it', async (stage) => {
    const [web1] = await webAndWorker(stage)
    const ada = await member(stage, web1, 'ada')
    const browser = await login(stage, web1, 'grace')
    const grace = await deviceOf(stage, web1, browser, "grace's device")
    const stranger = await intruder(stage, liar(web1, 'ada'), claims('ada'))
    const { id } = await publishes(web1, ada, job(1))
    await hearsDone(stage, ada, job(1))
    await stage.publish(`PROGRESS:${id}:primes`, JSON.stringify({ done: 0.4242 }))
    askFor(grace, job(2))
    await hearsDone(stage, grace, job(2))
    for (const one of stranger ? [grace, stranger] : [grace]) never(one, 'ada', job(1), 0.4242)
    const page = await browser.visit(web1, 'GET', '/me')
    expectThat(
      !page.text.includes('ada'),
      'nothing about ada on the page /me of grace',
      page.text.slice(0, 200),
      'web.1',
    )
    askFor(ada, job(3))
    await hearsDone(stage, ada, job(3))
    never(ada, 'grace', job(2))
  })

  goal('a job that nobody hears is answered with an error at once', async (stage) => {
    const web1 = await webInstance(stage, 'web.1')
    const ada = await member(stage, web1, 'ada')
    await hearsError(stage, web1, ada, askFor(ada, job(1)))
  })

  goal('bad input, unknown jobs and foreign payloads hurt nobody', async (stage) => {
    const [web1, worker] = await webAndWorker(stage)
    const ada = await member(stage, web1, 'ada')
    for (const args of badRequests) ada.emit('job', ...args)
    const { id } = await publishes(web1, ada, job(1))
    await hearsDone(stage, ada, job(1))
    await pester(stage, id)
    // Each time nonsense arrives in the same packet, just before what is meant.
    await overtake(
      stage,
      web1,
      { start: 'JOB:' },
      () => askFor(ada, job(2)),
      () => hearsDone(stage, ada, job(2)),
    )
    await overtake(
      stage,
      worker,
      // A job that came twice may have been done twice: the result of this one.
      { start: 'DONE:', fits: (message) => holds(message, job(3)) },
      () => askFor(ada, job(3)),
      () => hearsDone(stage, ada, job(3)),
    )
    await decoys(stage, id)
    askFor(ada, job(4))
    await hearsDone(stage, ada, job(4))
    for (const { instance, name } of [web1, worker]) {
      expectThat(!instance.exit, `${name} to go on`, 'it ended', name)
    }
  })

  goal('ids with `:`, `*` and `[` neither break nor leak', async (stage) => {
    const [web1] = await webAndWorker(stage)
    const users = ['a:b', '[ab]', 'a', 'b', '*']
    const devices = await Promise.all(users.map((user) => member(stage, web1, user)))
    // Whose results would leak to others come first: their own results are the fence.
    for (const turn of [[0, 1], [2, 3], [4]]) {
      for (const n of turn) if (devices[n]) askFor(devices[n], job(n + 1))
      for (const n of turn) if (devices[n]) await hearsDone(stage, devices[n], job(n + 1))
    }
    for (const [n, device] of devices.entries()) {
      once(device, job(n + 1))
      const others = users.filter((_, other) => other !== n)
      for (const other of others) never(device, other, job(users.indexOf(other) + 1))
    }
  })

  goal(
    'web instances and worker stay responsive during a job, and SIGTERM still ends them within 2 seconds',
    async (stage) => {
      const [web1, worker] = await webAndWorker(stage)
      const [ada, grace] = await Promise.all([
        member(stage, web1, 'ada'),
        login(stage, web1, 'grace'),
      ])
      const before = worker.delivered('JOB:').length
      askFor(ada, { input: 50_000_000, count: 3_001_134 })
      await worker.until('worker.1 to hear of the job', () => worker.delivered('JOB:')[before])
      await answersInTime(web1, grace)
      await reconnects(stage, worker)
      expectThat(
        dones(ada, { input: 50_000_000, count: 3_001_134 }).length === 0,
        'a job up to 50000000 to take a while',
        'it is done already: this cannot be checked here',
      )
      await Promise.all([endsInTime(web1), endsInTime(worker)])
    },
  )
})
