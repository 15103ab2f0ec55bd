import { type ClientRequest, request } from 'node:http'
import type { FactDetails } from './app-under-test.ts'
import type { Instance } from '../process/index.ts'
import type { Endpoint } from './http.ts'
import { failUnless } from './expectation.ts'
import { waitFor } from './wait-for.ts'

const withinMs = 5_000
const pauseMs = 20

/** A program that should answer requests. */
interface WebProgram extends Endpoint {
  readonly port: number
  readonly instance: Instance
}

/**
 * Waits until a program answers requests on its PORT, whatever it answers.
 *
 * @param signal ends the wait
 * @param details what a suite adds to the fact
 * @throws ExpectationFailed when it ends before, or five seconds have passed
 */
export async function waitForHttp(
  program: WebProgram,
  signal: AbortSignal,
  details: FactDetails,
): Promise<void> {
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
      return () => {
        unwatch()
        leave()
      }
    },
    withinMs,
    shortenWhen: () => otherPort(program) !== undefined,
    signal,
  })
  failUnless(found?.answered === true, {
    kind: 'port-missing',
    app: name,
    port: program.port,
    listening: listensOn(program),
    ...details,
  })
}

function otherPort(program: WebProgram): number | undefined {
  const port = listensOn(program)
  return port === program.port ? undefined : port
}

// Its own port, when it listens there; else the first one on which it does.
function listensOn({ port, instance }: WebProgram): number | undefined {
  const { listening, exit } = instance
  if (exit) return undefined
  return listening.includes(port) ? port : listening[0]
}

/** Sends requests to an address until a server answers there. @returns how to stop that */
function pollHttp(url: string, onAnswer: () => void): () => void {
  let asked: ClientRequest | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const ask = () => {
    asked = request(url, { agent: false })
    asked.once('response', (answer) => {
      answer.on('error', () => {}).resume()
      if (!stopped) onAnswer()
    })
    asked.on('error', () => {
      if (!stopped) timer = setTimeout(ask, pauseMs)
    })
    asked.end()
  }
  ask()
  return () => {
    stopped = true
    clearTimeout(timer)
    asked?.destroy()
  }
}
