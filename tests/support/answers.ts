import type { Instance } from '../../workshop/supervisor/index.ts'
import type { Place } from './ask.ts'
import { NotYet } from './failure.ts'
import { knock } from './knock.ts'
import { waitFor } from './patience.ts'

const withinMs = 5_000

/** A program that should answer requests. */
interface WebProgram extends Place {
  readonly port: number
  readonly instance: Instance
  describe(): string
}

/**
 * Waits until a program answers requests on its PORT, whatever it answers.
 *
 * @param signal ends the wait
 * @throws NotYet when it ends before, or five seconds have passed
 */
export async function untilAnswers(program: WebProgram, signal: AbortSignal): Promise<void> {
  const { name, url, instance } = program
  let answered = false
  const found = await waitFor({
    look: () => (answered || instance.exit ? { answered } : undefined),
    watch: (changed) => {
      const unwatch = instance.on(changed)
      const leave = knock(url, () => {
        answered = true
        changed()
      })
      return () => [unwatch, leave].forEach((stop) => stop())
    },
    withinMs,
    hurried: () => elsewhere(program) !== undefined,
    signal,
  })
  if (found?.answered) return
  const received = elsewhere(program) ?? program.describe()
  throw new NotYet(`${name} to answer requests on its PORT`, received, name)
}

function elsewhere({ port, instance }: WebProgram): string | undefined {
  const { listening, exit } = instance
  if (listening.length === 0 || exit || listening.includes(port)) return undefined
  return `it listens on port ${listening[0]}, and its PORT is ${port}`
}
