import type { Instance } from '../process/index.ts'
import type { Endpoint } from './http.ts'
import { ExpectationFailed } from './expectation.ts'
import { pollHttp } from './poll-http.ts'
import { waitFor } from './wait-for.ts'

const withinMs = 5_000

/** A program that should answer requests. */
interface WebProgram extends Endpoint {
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
export async function waitForHttp(program: WebProgram, signal: AbortSignal): Promise<void> {
  const { name, url, instance } = program
  let answered = false
  const found = await waitFor({
    poll: () => (answered || instance.exit ? { answered } : undefined),
    onChange: (changed) => {
      const unwatch = instance.onChange(changed)
      const leave = pollHttp(url, () => {
        answered = true
        changed()
      })
      return () => [unwatch, leave].forEach((stop) => stop())
    },
    withinMs,
    shortenWhen: () => otherPort(program) !== undefined,
    signal,
  })
  if (found?.answered) return
  const received = otherPort(program) ?? program.describe()
  throw new ExpectationFailed(`${name} to answer requests on its PORT`, received, name)
}

function otherPort({ port, instance }: WebProgram): string | undefined {
  const { listening, exit } = instance
  if (listening.length === 0 || exit || listening.includes(port)) return undefined
  return `it listens on port ${listening[0]}, and its PORT is ${port}`
}
