import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { CheckFixture, right, silent } from './check-fixture.ts'

const says = (word: string) => `console.log('${word}')\n`
const verdicts = /Step \d · \w+ {2}\d+ ms\n/g

describe('`watch 1`', () => {
  let course: CheckFixture
  let watch: CliProcess

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-one': says('good-bye'), '02-two': says('nothing') })
    watch = course.start('watch 1')
  })

  afterAll(() => course.remove())

  /** Does something, and waits for the verdict that shows it. */
  async function answers(change: () => Promise<void>, verdict: RegExp): Promise<string> {
    const mark = watch.offset
    await change()
    return watch.waitFor(verdict, mark)
  }

  const save = (text: string) => course.write('steps/01-one/index.ts', text)

  test('judges what is there', async () => {
    await watch.waitFor(/web\.1 \| good-bye/)
  })

  test('answers a save, and stays at the step it was asked for', async () => {
    await answers(() => save(right), /Step 1 passed\. Next: read steps\/02-two\/README\.md/)
    const text = await answers(() => save(says('again')), /web\.1 \| again/)
    expect(text).not.toContain('Watching')
  })

  test('a save in the middle of a check ends it: only the last one gets a verdict', async () => {
    const alive = join(course.folder, 'alive')
    const program = `import fs from 'node:fs'\nfs.writeFileSync('alive', '')\n${silent}`
    const mark = watch.offset
    await save(program)
    await expect.poll(() => existsSync(alive), { timeout: 120_000 }).toBe(true)
    for (const word of ['one', 'two', 'three']) await save(says(word))
    const text = await watch.waitFor(/web\.1 \| three/, mark)
    expect(text.match(verdicts)).toHaveLength(1)
  })

  test('survives a syntax error, a deleted and a renamed file', async () => {
    const file = join(course.folder, 'steps/01-one/index.ts')
    await answers(() => save('const = 1'), /index\.ts:1:6: Expected identifier/)
    await answers(() => rm(file), /Could not resolve/)
    await answers(() => save(says('back')), /web\.1 \| back/)
    await answers(() => rename(file, `${file}.old.ts`), /Could not resolve/)
    await answers(() => rename(`${file}.old.ts`, file), /web\.1 \| back/)
  })

  test('Ctrl+C ends it in the middle of a check, with nothing left behind', async () => {
    const alive = join(course.folder, 'alive again')
    await save(`import fs from 'node:fs'\nfs.writeFileSync('alive again', '')\n${silent}`)
    await expect.poll(() => existsSync(alive), { timeout: 120_000 }).toBe(true)
    // It arrives more than once: from the terminal, and again from npm.
    watch.interrupt()
    watch.interrupt()
    const { code, stderr } = await watch.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    if (process.platform !== 'linux') return
    await expect.poll(() => course.processes(), { timeout: 120_000 }).toEqual([])
  })
})

test('`watch` goes on with the next step, and stays at the last', async () => {
  const course = await CheckFixture.make({ '01-one': right, '02-two': says('not yet') })
  const watch = course.start('watch')
  try {
    await watch.waitFor(/Watching steps\/01-one[^]*Step 1 passed[^]*Watching steps\/02-two/)
    await watch.waitFor(/web\.1 \| not yet/)
    await course.write('steps/02-two/index.ts', right)
    const mark = watch.offset
    await watch.waitFor(/Step 2 passed\. That was the whole course/)
    await course.write('steps/02-two/index.ts', says('broken again'))
    await watch.waitFor(/web\.1 \| broken again/, mark)
    watch.signal('SIGTERM')
    expect((await watch.ended).code).toBe(0)
  } finally {
    await course.remove()
  }
})

test.each([
  ['watch 13', /There is no step 13/],
  ['watch 1 2', /One step at a time/],
])('`%s` is answered in one line', async (words, answer) => {
  const course = await CheckFixture.make({ '01-one': right })
  const { code, stderr } = await course.run(words)
  await course.remove()
  expect(code).toBe(2)
  expect(stderr).toMatch(answer)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
