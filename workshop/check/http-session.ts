import { type HttpResponse, type Endpoint, sendRequest } from './http.ts'
import { type Cookie, CookieJar, readCookie } from './cookies.ts'

/** What to send along; at most one of `json`, `form` and `text`. */
export interface Payload {
  json?: unknown
  form?: Record<string, string>
  /** As it is, without a type unless `headers` has one. */
  text?: string
  headers?: Record<string, string>
}

/** An answer, and the cookies it has set. */
export interface SessionResponse extends HttpResponse {
  setCookie: readonly Cookie[]
}

/** A browser, as far as a check needs one: it remembers cookies. Redirects are not followed. */
export class HttpSession {
  private readonly jar: CookieJar

  /**
   * @param signal ends every wait
   * @param cookies what it holds from the start
   */
  constructor(
    private readonly signal: AbortSignal,
    cookies: readonly Cookie[] = [],
  ) {
    this.jar = new CookieJar(cookies)
  }

  /**
   * Asks a program, or all of them through the router.
   *
   * @param path with its query
   * @throws ExpectationFailed when there is no answer within five seconds
   */
  async request(
    to: Endpoint,
    method: string,
    path: string,
    payload: Payload = {},
  ): Promise<SessionResponse> {
    const asked = new URL(path, to.url)
    const cookie = this.jar.header(asked)
    const { type, body } = encodeBody(payload)
    const headers = { ...type, ...(cookie && { Cookie: cookie }), ...payload.headers }
    const answer = await sendRequest(to, { method, path, headers, body }, this.signal)
    const setCookie = (answer.headers['set-cookie'] ?? [])
      .map((header) => readCookie(header, asked))
      .filter((one) => one !== undefined)
    this.jar.keep(setCookie, asked)
    return { ...answer, setCookie }
  }

  /** The cookies it holds now. */
  get cookies(): readonly Cookie[] {
    return this.jar.all()
  }

  /** The `Cookie` header it would send to an address; empty when it has nothing to send. */
  cookieFor(url: string): string {
    return this.jar.header(new URL(url))
  }

  /** Another browser with the same cookies, as they are now, as if copied. */
  copy(): HttpSession {
    return new HttpSession(this.signal, this.cookies)
  }
}

function encodeBody({ json, form, text }: Payload): {
  type?: Record<string, string>
  body?: string
} {
  if (json !== undefined) {
    return { type: { 'Content-Type': 'application/json' }, body: JSON.stringify(json) }
  }
  if (form) {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
    return { type, body: new URLSearchParams(form).toString() }
  }
  return text === undefined ? {} : { body: text }
}
