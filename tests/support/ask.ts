import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http'
import { request as requestTls } from 'node:https'
import { text } from 'node:stream/consumers'
import { codeOf } from '../../workshop/errors.ts'
import { localTls } from '../../workshop/wire/index.ts'
import { NotYet } from './failure.ts'
import { parse } from './message.ts'
import { waitFor } from './patience.ts'

/** Whom one can ask: a program, or the router. */
export interface Place {
  /** For sentences: `web.1`. */
  readonly name: string
  /** Without a path. */
  readonly url: string
  /** What became of it, in one sentence. */
  describe?(): string
}

/** What to ask. */
export interface Question {
  method: string
  /** With its query. */
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** What came back. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The fields of a JSON object; none when the text is something else. */
  json: Record<string, unknown>
  /** Who answered, as the router tells. */
  servedBy: string | undefined
}

const withinMs = 5_000

/**
 * Asks, and waits for the whole answer.
 *
 * @param signal ends the wait
 * @throws NotYet when there is no answer within five seconds
 */
export async function ask(
  place: Place,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const asked = send(place, question)
  const coming = answerTo(asked)
  let came: { answer: Answer } | { error: unknown } | undefined
  const watch = (changed: () => void) => {
    const settle = (what: typeof came) => {
      came = what
      changed()
    }
    coming.then(
      (answer) => settle({ answer }),
      (error: unknown) => settle({ error }),
    )
    return () => {}
  }
  try {
    const outcome = await waitFor({ look: () => came, watch, withinMs, signal })
    if (outcome && 'answer' in outcome) return outcome.answer
    throw noAnswer(place, question, outcome ? reason(outcome.error) : 'nothing for 5 seconds')
  } finally {
    asked.destroy()
  }
}

function send({ url }: Place, { method, path, headers, body }: Question): ClientRequest {
  const start = url.startsWith('https:') ? requestTls : request
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
  const asked = start(url + path, {
    method,
    headers: { ...length, ...headers },
    // Every time a new connection: the program may have been restarted meanwhile.
    agent: false,
    ...(url.startsWith('https:') && { ca: localTls().cert }),
  })
  asked.end(body)
  return asked
}

async function answerTo(asked: ClientRequest): Promise<Answer> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.on('error', reject)
  })
  const { statusCode = 0, headers } = message
  const body = await text(message)
  const servedBy = headers['x-served-by']?.toString()
  return { status: statusCode, headers, text: body, json: parse(body), servedBy }
}

function noAnswer(place: Place, { method, path }: Question, why: string): NotYet {
  const became = place.describe ? `; ${place.describe()}` : ''
  const expected = `${place.name} to answer ${method} ${path}`
  return new NotYet(expected, why + became, place.name)
}

function reason(error: unknown): string {
  return codeOf(error) === 'ECONNREFUSED'
    ? 'nobody listens there'
    : 'it hung up without an answer'
}
