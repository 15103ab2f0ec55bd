import type { ConsoleMessage, Page, Request, Response } from 'playwright-core'

/** Failures that are no error. */
const usual = [
  // The response to a page without a login.
  /^GET \S+\/me answered 401$/,
]

interface Entry {
  what: string
  /** Runs for each event at the end of a test. @returns whether the event was expected */
  excuses: (() => boolean)[]
}

/** The console messages of a page, and the results of its requests. */
export class PageLog {
  private readonly entries: Entry[] = []
  private readonly expected: RegExp[] = [...usual]
  private readonly visitOf = new WeakMap<Request, number>()
  private visits = 0

  constructor(page: Page) {
    page.on('console', (message) => this.logMessage(message))
    page.on('pageerror', (error) => this.note(`uncaught: ${error.stack ?? error.message}`))
    page.on('request', (request) => this.visitOf.set(request, this.visits))
    page.on('framenavigated', () => void (this.visits += 1))
    page.on('framedetached', () => void (this.visits += 1))
    page.on('requestfailed', (request) => this.failed(request))
    page.on('response', (response) => this.answered(response))
  }

  /** Everything, in order; what happened several times in a row is one line. */
  get lines(): string[] {
    return this.entries.map(({ what, excuses: { length } }) =>
      length > 1 ? `${what} (×${length})` : what,
    )
  }

  /** Errors in the console and requests that failed, but for those that were to be expected. */
  get unexpectedErrors(): string[] {
    return this.entries
      .filter(({ excuses }) => excuses.some((inOrder) => !inOrder()))
      .map(({ what }) => what)
      .filter((what) => !this.expected.some((pattern) => pattern.test(what)))
  }

  /** Expects errors: the test takes something from the page on purpose. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns)
  }

  private note(what: string, inOrder: () => boolean = () => false): void {
    const last = this.entries.at(-1)
    if (last?.what === what) last.excuses.push(inOrder)
    else this.entries.push({ what, excuses: [inOrder] })
  }

  private logMessage(message: ConsoleMessage): void {
    const [type, text] = [message.type(), message.text()]
    // The log of the requests has more details.
    if (text.startsWith('Failed to load resource:')) return
    this.note(`${type}: ${text}`, () => type !== 'error' && type !== 'warning')
  }

  private failed(request: Request): void {
    const reason = request.failure()?.errorText ?? 'unknown'
    // Its page, or one within, was left while it waited.
    const left = () =>
      reason === 'net::ERR_ABORTED' && this.visits !== this.visitOf.get(request)
    this.note(`${request.method()} ${request.url()} failed: ${reason}`, left)
  }

  private answered(response: Response): void {
    const [method, status] = [response.request().method(), response.status()]
    this.note(`${method} ${response.url()} answered ${status}`, () => status < 400)
  }
}
