import { spawnSync } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { localhostCertificate } from '../../../workshop/proxy/index.ts'
import { startTestRedis, startTlsRedis } from '../../unit/proxy/proxy-fixture.ts'
import { WorkspaceFixture } from '../../unit/support/workspace-fixture.ts'
import {
  PageDriver,
  connectBrowser,
  expectPageFits,
  pageSizes,
  sizes,
  watchFrames,
} from './support/index.ts'

const python = ['python3', '/usr/bin/python3'].find(
  (one) => spawnSync(one, ['-c', 'import redis']).status === 0,
)
if (!python)
  console.warn(
    'SKIPPED: the page of npm run wire. It needs redis for Python: sudo apt-get install python3-redis',
  )

const password = 's3same-open'
const screens = [sizes.computer, { width: 1024, height: 768 }, sizes.phone]
const floodSeconds = 30

// Publishes what it reads: `CHANNEL MESSAGE`, or `in a transaction CHANNEL MESSAGE`, or a flood.
const program = `
import redis, sys, time
def client(name): return redis.Redis.from_url(sys.argv[1], client_name=name)
mail = client('mail').pubsub()
mail.subscribe('order.created')
audit = client('audit').pubsub()
audit.psubscribe('order.*')
billing = client('billing')
for line in sys.stdin:
    words = line.strip().split(' ')
    if words[0] == 'flood':
        began, sent = time.time(), 0
        while time.time() - began < float(words[1]):
            due = int((time.time() - began) * 1000)
            pipeline = billing.pipeline(transaction=False)
            for number in range(sent, due): pipeline.publish('order.created', 'order %d' % number)
            pipeline.execute()
            for _ in range(sent, due): mail.get_message(), audit.get_message()
            sent = due
            time.sleep(0.002)
        print('sent', sent, flush=True)
    elif words[0] == 'transaction':
        billing.pipeline().publish(words[1], ' '.join(words[2:])).execute()
    else:
        billing.publish(words[0], ' '.join(words[1:]))
`

let browser: Browser | undefined
beforeAll(async () => {
  browser = await connectBrowser()
})
afterAll(() => browser?.close())

interface Wire {
  screen: PageDriver
  terminal: CliProcess
  /** A program in Python that uses the proxy. */
  app: CliProcess
}

/** A Redis with a password. */
async function startPlain(): Promise<string> {
  const { port } = await startTestRedis('--requirepass', password)
  return `redis://:${password}@127.0.0.1:${port}`
}

/**
 * Runs `npm run wire` in front of a Redis, opens its page, and starts the program.
 *
 * @param url of the Redis
 * @param env what the command finds in its environment
 */
async function openWire(
  url: string,
  reducedMotion: 'reduce' | 'no-preference',
  env: Record<string, string> = {},
): Promise<Wire> {
  if (!browser || !python) throw new Error('there is no browser, or no Python')
  const clone = await WorkspaceFixture.create({}, onTestFinished)
  const terminal = clone.start(process.execPath, ['workshop/launcher.cjs', 'wire', url], env)
  const port = await terminal.waitForOutput(/redis:\/\/127\.0\.0\.1:(\d+)/)
  const address = await terminal.waitForOutput(/The page is at (\S+)/)
  const context = await browser.newContext({ viewport: sizes.computer, reducedMotion })
  const screen = new PageDriver('the page', await context.newPage())
  onTestFinished(async () => {
    await context.close()
    expect(screen.log.unexpectedErrors).toEqual([])
  })
  await screen.page.goto(address)
  await screen.waitForText('live')
  const proxy = `redis://:${password}@127.0.0.1:${port}`
  const app = clone.start(python, ['-c', program, proxy])
  return { screen, terminal, app }
}

describe.skipIf(!python)('the page of npm run wire', () => {
  test('shows the connections of a program in Python, and where its messages go', async () => {
    const { screen, terminal, app } = await openWire(await startPlain(), 'reduce')
    const { page } = screen
    const lane = (name: string) => page.getByRole('region', { name, exact: true })
    const row = (name: RegExp) => page.locator('.timeline').getByRole('button', { name })
    const say = (line: string) => app.child.stdin?.write(`${line}\n`)
    for (const name of ['mail', 'audit']) await screen.waitForText('0', lane(name))
    const redis = page.getByRole('region', { name: 'Redis', exact: true })
    await screen.waitForText('1 subscriber, a pattern', redis)

    say('order.created {"id":1,"text":"Order 1 is created"}')
    await row(
      /^Order 1 is created billing → order\.created → audit, mail 2 received it/,
    ).waitFor()
    await screen.waitForText(/connected$/, lane('billing'))
    say('order.paid {"id":1}')
    await row(/^\{"id":1\} billing → order\.paid → audit 1 received it/).waitFor()
    say('transaction order.paid order 2 is paid')
    await row(/^order 2 is paid billing → order\.paid → audit 1 received it/).waitFor()
    say('oder.paid {"id":2,"text":"Order 2 is paid"}')
    await row(/^Order 2 is paid billing → oder\.paid → no subscriber 0 received it/).waitFor()
    await screen.waitForText('lost: 1', redis)
    await screen.waitForText('4 messages')
    await page.getByRole('heading', { name: /0 subscribers received it: it is lost/ }).waitFor()
    await expectPageFits({ step: 'wire' }, screen, 'messages', screens)

    await page.setViewportSize(sizes.computer)
    await row(/^Order 1 is created/).click()
    await page
      .locator('.whole pre', { hasText: '{"id":1,"text":"Order 1 is created"}' })
      .waitFor()
    await page.getByText(/audit received it on connection \d+ after/).waitFor()
    expect(await page.content()).not.toContain(password)

    app.signal('SIGTERM')
    await screen.waitForText(/closed$/, lane('billing'))
    terminal.signal('SIGINT')
    expect(await terminal.ended).toMatchObject({ code: 0 })
    await screen.waitForText(/Type npm run wire: this page comes back by itself\.$/)
  })

  test('leads to a Redis with TLS, whose certificate must be trusted', async () => {
    const url = `rediss://:${password}@127.0.0.1:${await startTlsRedis('--requirepass', password)}`
    const clone = await WorkspaceFixture.create({}, onTestFinished)
    const refused = clone.launch('wire', url)
    expect(await refused.ended).toMatchObject({ code: 2 })
    expect(refused.output).toMatch(
      /^The URL: 127\.0\.0\.1:\d+ shows a certificate that is not trusted \(\w+\): set NODE_EXTRA_CA_CERTS to the file of its authority\n$/,
    )

    const { certFile } = localhostCertificate()
    const { screen, terminal, app } = await openWire(url, 'reduce', {
      NODE_EXTRA_CA_CERTS: certFile,
    })
    const audit = screen.page.getByRole('region', { name: 'audit', exact: true })
    await screen.waitForText('0', audit)
    app.child.stdin?.write('order.paid {"id":1}\n')
    const row = screen.page.locator('.timeline').getByRole('button', {
      name: /^\{"id":1\} billing → order\.paid → audit 1 received it/,
    })
    await row.waitFor()
    await screen.waitForText('1', audit)
    expect(terminal.output).not.toContain(password)
  })

  test(`counts every one of 1,000 messages a second for ${floodSeconds} seconds, and stays responsive and small`, async () => {
    const { screen, app } = await openWire(await startPlain(), 'no-preference')
    const { page } = screen
    app.child.stdin?.write(`flood ${floodSeconds}\n`)
    await screen.waitForText(/^So much at once: a sample is shown, /)
    await page.locator('.timeline .message').nth(79).waitFor()
    const before = await pageSizes(page)
    await watchFrames(page)
    const sent = Number(await app.waitForOutput(/sent (\d+)/))
    const after = await pageSizes(page)
    console.log({
      sent,
      gaps: (await page.evaluate<number[]>('window.gaps')).slice(0, 5),
      frames: await page.evaluate('window.frameCount'),
      before,
      after,
    })
    await screen.waitForText(`${sent.toLocaleString('en')} messages`)
    for (const name of ['mail', 'audit'])
      await screen.waitForText(String(sent), page.getByRole('region', { name, exact: true }))
    expect(after.elements, 'elements').toBeLessThan(before.elements + 300)
    expect(after.heap - before.heap, 'bytes more').toBeLessThan(8_000_000)
    // A page that is busy drawing would not handle the click.
    await screen.press('Pause')
    await page.getByRole('button', { name: /^Go on/ }).click()
  })
})
