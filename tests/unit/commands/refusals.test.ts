import { expect, test } from 'vitest'
import type { Command } from '../../../workshop/cli.ts'
import { UserError } from '../../../workshop/errors.ts'

// What `cli.ts` prints of such an error, with which exit code, is tested with `npm run chekc`.

test.each([
  ['start guides', /^It is: npm start, or npm start guide$/],
  ['check 99', /^There is no step 99\. The steps are 1 to \d+: redis-setup, node-redis, /],
  ['check foo', /^There is no step "foo"/],
  ['check 1 2', /^One step at a time: npm run check 1/],
  ['check all 1', /^Either all or step 1/],
  ['watch 99', /^There is no step 99/],
  ['watch 1 2', /^One step at a time/],
  ['wire', /^It is: npm run wire redis:\/\/HOST:PORT/],
  ['wire redis://127.0.0.1:1 2 3', /^It is: npm run wire redis:\/\/HOST:PORT/],
  ['wire redis://127.0.0.1:1 70000', /^It is: npm run wire redis:\/\/HOST:PORT/],
  ['wire 127.0.0.1:1', /^The URL is malformed: it is not a URL/],
  ['wire redis://127.0.0.1:1', /^The URL: 127\.0\.0\.1:1 refused the connection/],
  ['slides 98', /^There is no deck "98"\. There are: /],
  ['slides --help', /^There is no deck "--help"\. There are: /],
  ['slides 4 5', /^It is: npm run slides, or npm run slides 4$/],
  ['join', /npm run join http:\/\/HOST:4400 CODE/],
  ['join https://127.0.0.1:1 2222-22', /npm run join http:\/\/HOST:4400 CODE/],
  ['classroom 999.0.0.1', /npm run classroom \[new\]/],
  // RFC 5737: an address that no machine has.
  ['classroom 192.0.2.200', /no address of this machine/],
  ['leave now', /takes no words/],
  ['kit now', /takes no words/],
  ['step 1 class', /in the steps 3, 4, 6, 8/],
])('`npm run %s` is refused in one line', async (words, line) => {
  const [name = '', ...more] = words.split(' ')
  const { run }: Command = await import(`../../../workshop/commands/${name}.ts`)
  const refused: unknown = await run(more).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(UserError)
  expect(refused).toMatchObject({ exitCode: 2, message: expect.stringMatching(line) })
  expect(refused).toMatchObject({ message: expect.not.stringContaining('\n') })
})
