import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http'
import { request as requestTls } from 'node:https'
import { text } from 'node:stream/consumers'
import { errorCode } from '../errors.ts'
import { localhostCertificate } from '../proxy/index.ts'
import { ExpectationFailed } from './expectation.ts'
import type { FactOf } from './facts.ts'
import { parseJsonObject } from './json.ts'
import { waitFor } from './wait-for.ts'

/** What answers requests: a program, or the router. */
export interface Endpoint {
  /** For sentences: `web.1`. */
  readonly name: string
  /** Without a path. */
  readonly url: string
}

/** What to ask. */
interface HttpRequest {
  method: string
  /** With its query. */
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** What came back. */
export interface HttpResponse {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The fields of a JSON object; none when the text is something else. */
  json: Record<string, unknown>
}

const withinMs = 5_000

/**
 * Asks, and waits for the whole answer.
 *
 * @param signal ends the wait
 * @throws ExpectationFailed when there is no answer within five seconds
 */
export async function sendRequest(
  place: Endpoint,
  question: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const asked = send(place, question)
  const coming = readResponse(asked)
  let came: { answer: HttpResponse } | { error: unknown } | undefined
  const onChange = (changed: () => void) => {
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
    const outcome = await waitFor({ poll: () => came, onChange, withinMs, signal })
    if (outcome && 'answer' in outcome) return outcome.answer
    const reason = outcome ? reasonOf(outcome.error) : 'timeout'
    const { method, path } = question
    const app = place.name
    throw new ExpectationFailed({
      kind: 'http-missing',
      app,
      request: { method, path },
      reason,
      withinMs,
    })
  } finally {
    asked.destroy()
  }
}

function send({ url }: Endpoint, { method, path, headers, body }: HttpRequest): ClientRequest {
  const start = url.startsWith('https:') ? requestTls : request
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
  const asked = start(url + path, {
    method,
    headers: { ...length, ...headers },
    // Every time a new connection: the program may have been restarted meanwhile.
    agent: false,
    ...(url.startsWith('https:') && { ca: localhostCertificate().cert }),
  })
  asked.end(body)
  return asked
}

async function readResponse(asked: ClientRequest): Promise<HttpResponse> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.on('error', reject)
  })
  const { statusCode = 0, headers } = message
  const body = await text(message)
  return { status: statusCode, headers, text: body, json: parseJsonObject(body) }
}

function reasonOf(error: unknown): FactOf<'http-missing'>['reason'] {
  return errorCode(error) === 'ECONNREFUSED' ? 'refused' : 'hung-up'
}
