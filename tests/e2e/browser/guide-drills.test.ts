import { expect } from 'vitest'
import type { Locator } from 'playwright-core'
import { guide } from './guide-fixture.ts'
import type { PageDriver } from './support/index.ts'

// A drill runs on the learner's code: here that is a copy of the solution.
const drills = [
  {
    slug: '03-publish-subscribe',
    start: 'Start two instances',
    ready: ['web.2', 'web.2 started'],
    drill: 'A SUBSCRIBE that takes its time',
    expected: /^It waits for the confirmation/,
    happened: /^web\.2 published after the confirmation\./,
  },
  {
    slug: '04-sigterm',
    start: 'Start two instances',
    ready: ['web.2', 'web.2 started'],
    drill: 'Redis is offline for three seconds',
    expected: /^They keep running, and reconnect/,
    happened: /^web\.1 subscribed again\./,
  },
  {
    slug: '04-sigterm',
    start: 'Start two instances',
    ready: ['web.2', 'web.2 started'],
    drill: 'The platform stops an instance',
    expected: /^A message that it has stopped$/,
    happened: /^web\.1 received a message\.$/,
  },
  {
    slug: '04-sigterm',
    start: 'Start two instances',
    ready: ['web.2', 'web.2 started'],
    drill: 'SIGTERM while Redis is down',
    expected: /^Within two seconds, with exit code 0$/,
    happened: /^web\.2 published nothing that reached Redis\.$/,
  },
  {
    slug: '05-express-sessions',
    start: 'Start two instances',
    ready: ['web.2', '● running'],
    drill: 'A session moves',
    expected: /^Who she is$/,
    happened: /^web\.2 answered GET \/me with 200: /,
  },
  {
    slug: '06-worker-jobs',
    start: 'Start two webs and a worker',
    ready: ['worker.1', 'worker.1 started'],
    drill: 'A worker is killed in the middle of a job',
    expected: /^It is lost, and grace gets no response$/,
    happened: /^worker\.1 had begun, and was killed\.$/,
    looks: true,
  },
  {
    slug: '06-worker-jobs',
    start: 'Start two webs and a worker',
    ready: ['worker.1', 'worker.1 started'],
    drill: 'One job, two workers',
    expected: /^Once$/,
    happened: /^The result was published by worker\.[12]\.$/,
  },
  {
    slug: '07-sockets-state',
    start: 'Start two instances',
    ready: ['web.2', '● running'],
    drill: 'Two devices on two instances',
    expected: /^Nothing, and no error either$/,
    happened: /^Nothing was published: the message never left its instance\.$/,
    looks: true,
  },
  {
    slug: '08-dispatch',
    start: 'Start two instances',
    ready: ['web.2', '● running'],
    drill: 'Two devices on two instances',
    expected: /^Her message, as the computer does$/,
    happened: /The phone got the message\.$/,
  },
  ...['A slot moves', 'A primary is killed'].map((drill) => ({
    slug: '12-redis-cluster',
    start: 'Start two instances',
    ready: ['web.2', '● running'],
    drill,
    expected: /^Each message that was accepted, once and in order$/,
    happened: /^All that were accepted came to the phone, each once and in order\.$/,
  })),
]

guide((test) => {
  for (const { slug, start, ready, drill, expected, happened, looks = false } of drills) {
    test(`${slug}: ${drill}`, async (fixture) => {
      await fixture.solve(slug)
      const ada = await fixture.open('ada', `/step/${slug}`)
      const linus = await fixture.open('linus', `/step/${slug}#drills`)
      await ada.press(start)
      const [name = '', text = ''] = ready
      await ada.page
        .getByRole('region', { name, exact: true })
        .getByText(text)
        .first()
        .waitFor()
      await ada.page.getByRole('tab', { name: 'Drills' }).click()
      await runDrill(ada, drill, expected)
      await ada.waitForText('As you expected.', articleOf(ada, drill))
      for (const screen of [ada, linus])
        await screen.waitForText(happened, articleOf(screen, drill))
      if (looks) await fixture.looks(ada, `drill-${slug}`)
    })
  }

  test('the stage shows which primary of a cluster serves which slots', async (fixture) => {
    await fixture.solve('12-redis-cluster')
    const ada = await fixture.open('ada', '/step/12-redis-cluster')
    await ada.press('Start two instances')
    const nodes = ada.page.getByRole('list', { name: 'Nodes' }).getByRole('listitem')
    await nodes.filter({ hasText: '3 replicas' }).waitFor()
    expect(await nodes.allTextContents()).toEqual([
      expect.stringMatching(/^● :\d+ slots 0-5461$/),
      expect.stringMatching(/^● :\d+ slots 5462-10923$/),
      expect.stringMatching(/^● :\d+ slots 10924-16383$/),
      '3 replicas',
    ])
    await ada.page.getByRole('tab', { name: 'Drills' }).click()
    const drill = articleOf(ada, 'A primary is killed')
    await drill.getByLabel(/^Each message/).check()
    await drill.getByRole('button', { name: 'Do it' }).click()
    await ada.page.getByRole('tab', { name: /^Run/ }).click()
    await nodes.filter({ hasText: 'killed' }).waitFor()
    await fixture.looks(ada, 'killed-primary')
    await nodes.filter({ hasText: '3 replicas' }).waitFor()
  })

  test('a drill during which the instances are stopped has no result', async (fixture) => {
    const drill = 'Redis is offline for three seconds'
    await fixture.solve('04-sigterm')
    const ada = await fixture.open('ada', '/step/04-sigterm')
    const linus = await fixture.open('linus', '/step/04-sigterm')
    await ada.press('Start two instances')
    await ada.page.getByRole('tab', { name: 'Drills' }).click()
    const article = articleOf(ada, drill)
    await article.getByLabel(/^They end$/).check()
    await article.getByRole('button', { name: 'Do it' }).click()
    await ada.waitForText('It is being done…', article)
    await linus.press('Stop all')
    await ada.waitForText(/^The instances were stopped during the drill\./, article)
  })

  test('the drill of a Redis outage needs an instance that is connected to Redis', async (fixture) => {
    const drill = 'Redis is offline for three seconds'
    const ada = await fixture.open('ada', '/step/08-dispatch')
    await ada.press('Start two instances')
    await ada.page.getByRole('tab', { name: 'Drills' }).click()
    await runDrill(ada, drill, /^They end$/)
    await ada.waitForText('The wire does not show it.', articleOf(ada, drill))
    await ada.waitForText(/^No instance was connected to Redis/, articleOf(ada, drill))
  })

  test('a drill without evidence reports that the outcome is unknown', async (fixture) => {
    const drill = 'One job, two workers'
    const ada = await fixture.open('ada', '/step/06-worker-jobs')
    await ada.press('Start two webs and a worker')
    await ada.page.getByRole('tab', { name: 'Drills' }).click()
    await runDrill(ada, drill, /^Once$/)
    await ada.waitForText('The wire does not show it.', articleOf(ada, drill))
    await ada.waitForText(
      /^grace sent a job, and no JOB:… was published\./,
      articleOf(ada, drill),
    )
  })
})

async function runDrill(screen: PageDriver, drill: string, expected: RegExp): Promise<void> {
  const article = articleOf(screen, drill)
  await article.getByLabel(expected).check()
  await article.getByRole('button', { name: 'Do it' }).click()
  await article.getByText('It happened').waitFor()
}

function articleOf({ page }: PageDriver, drill: string): Locator {
  return page.getByRole('article').filter({ hasText: drill })
}
