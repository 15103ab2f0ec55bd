import { errorCode } from '../errors.ts'
import { type RoutedRequest, type Router, openRouter } from '../router/index.ts'
import type { RunReporter } from './run-reporter.ts'
import type { InstanceGroup } from './instance-group.ts'

// The usual port of web examples; a second terminal gets another one.
const preferredPort = 3000

// What a page loads along, and the many requests of which long-polling is made. HEAD is how a
// page asks whether a server is there at all.
const unlogged = /^\/socket\.io\/.*transport=polling|^[^?]*\.(css|m?js|map|png|svg|ico)(\?|$)/

/** The router of a run. It opens as soon as an instance answers requests, and then it stays. */
export class RunRouter {
  /** Its address, once it is open. */
  url: string | undefined
  private opening: Promise<Router> | undefined

  constructor(
    private readonly group: InstanceGroup,
    private readonly reporter: RunReporter,
    private readonly onOpen: (port: number) => void = () => {},
  ) {}

  /** Opens once an instance answers requests. */
  async openWhenReady(): Promise<void> {
    if (this.opening || this.group.backends().length === 0) return
    this.opening = this.open()
    const router = await this.opening
    this.reporter.reserveLabel('router')
    this.reporter.note('router', `${router.url} leads to every instance in turn`)
    router.on((request) => this.logRequest(request))
    this.url = router.url
    this.onOpen(router.port)
  }

  /** Ends it, and every connection through it. */
  async close(): Promise<void> {
    await (await this.opening)?.close()
  }

  private async open(): Promise<Router> {
    const backends = () => this.group.backends()
    try {
      return await openRouter({ backends, port: preferredPort })
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE' && errorCode(error) !== 'EACCES') throw error
      return openRouter({ backends })
    }
  }

  private logRequest({ method, path, instance = 'no instance', status }: RoutedRequest): void {
    const quiet = method === 'HEAD' || unlogged.test(path)
    if (quiet && status < 500) return
    const [what] = path.split('?')
    this.reporter.note('router', `${method} ${what} -> ${instance} ${status}`)
  }
}
