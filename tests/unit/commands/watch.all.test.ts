import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { CheckFixture, right, silent } from './check-fixture.ts'

const prints = (word: string) => `console.log('${word}')\n`
const verdicts = /Step \d · \w+ {2}\d+ ms\n/g

describe('`watch 1`', () => {
  let course: CheckFixture
  let watch: CliProcess

  beforeAll(async () => {
    course = await CheckFixture.make({ '01-one': prints('other'), '02-two': prints('nothing') })
    watch = course.start('watch 1')
  })

  afterAll(() => course.remove())

  /** Changes a file, and waits for the verdict after it. */
  async function verdictAfter(change: () => Promise<void>, verdict: RegExp): Promise<string> {
    const offset = watch.offset
    await change()
    return watch.waitFor(verdict, offset)
  }

  const save = (text: string) => course.write('steps/01-one/index.ts', text)

  test('checks the step when it starts', async () => {
    await watch.waitFor(/web\.1 \| other/)
  })

  test('checks again after a save, and stays at step 1 after a pass', async () => {
    await verdictAfter(() => save(right), /Step 1 passed[^]* npm run step 2\n/)
    const text = await verdictAfter(() => save(prints('again')), /web\.1 \| again/)
    expect(text).not.toContain('Watching')
  })

  test('a save ends the running check: only the last save gets a verdict', async () => {
    const started = join(course.folder, 'started')
    const program = `import fs from 'node:fs'\nfs.writeFileSync('started', '')\n${silent}`
    const offset = watch.offset
    await save(program)
    await expect.poll(() => existsSync(started), { timeout: 120_000 }).toBe(true)
    for (const word of ['one', 'two', 'three']) await save(prints(word))
    const text = await watch.waitFor(/web\.1 \| three/, offset)
    expect(text.match(verdicts)).toHaveLength(1)
  })

  test('goes on after a syntax error, a deleted file and a renamed file', async () => {
    const file = join(course.folder, 'steps/01-one/index.ts')
    await verdictAfter(() => save('const = 1'), /index\.ts:1:6: Expected identifier/)
    await verdictAfter(() => rm(file), /Could not resolve/)
    await verdictAfter(() => save(prints('back')), /web\.1 \| back/)
    await verdictAfter(() => rename(file, `${file}.old.ts`), /Could not resolve/)
    await verdictAfter(() => rename(`${file}.old.ts`, file), /web\.1 \| back/)
  })

  test('Ctrl+C during a check ends it, and leaves no process', async () => {
    const started = join(course.folder, 'started again')
    await save(`import fs from 'node:fs'\nfs.writeFileSync('started again', '')\n${silent}`)
    await expect.poll(() => existsSync(started), { timeout: 120_000 }).toBe(true)
    // SIGINT arrives twice: from the terminal, and again from npm.
    watch.interrupt()
    watch.interrupt()
    const { code, stderr } = await watch.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    if (process.platform !== 'linux') return
    await expect.poll(() => course.processes(), { timeout: 120_000 }).toEqual([])
  })
})

test('`watch` goes on with the next step, and stays at the last', async () => {
  const course = await CheckFixture.make({ '01-one': right, '02-two': prints('not yet') })
  const watch = course.start('watch')
  try {
    await watch.waitFor(/Watching steps\/01-one[^]*Step 1 passed[^]*Watching steps\/02-two/)
    await watch.waitFor(/web\.1 \| not yet/)
    await course.write('steps/02-two/index.ts', right)
    const offset = watch.offset
    await watch.waitFor(/Step 2 passed.*whole course/)
    await course.write('steps/02-two/index.ts', prints('broken again'))
    await watch.waitFor(/web\.1 \| broken again/, offset)
    watch.signal('SIGTERM')
    expect((await watch.ended).code).toBe(0)
  } finally {
    await course.remove()
  }
})
