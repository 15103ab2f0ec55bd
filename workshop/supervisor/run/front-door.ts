import { codeOf } from '../../errors.ts'
import { type RoutedRequest, type Router, openRouter } from '../../router/index.ts'
import type { Audience } from './audience.ts'
import type { Crew } from './crew.ts'

// What one types without thinking; the second terminal gets another one.
const favouritePort = 3000

// What a page loads along, and the many requests of which long-polling is made. HEAD is how a
// page asks whether somebody is there at all.
const notTold = /^\/socket\.io\/.*transport=polling|^[^?]*\.(css|m?js|map|png|svg|ico)(\?|$)/

/** The router of a run. It opens as soon as an instance answers requests, and then it stays. */
export class FrontDoor {
  /** Its address, once it is open. */
  url: string | undefined
  private opening: Promise<Router> | undefined

  constructor(
    private readonly crew: Crew,
    private readonly audience: Audience,
    private readonly onOpen: (port: number) => void = () => {},
  ) {}

  /** Looks whether it is time to open. */
  async look(): Promise<void> {
    if (this.opening || this.crew.serving().length === 0) return
    this.opening = this.open()
    const router = await this.opening
    this.audience.makeRoomFor('router')
    this.audience.aside('router', `${router.url} leads to every instance in turn`)
    router.on((request) => this.tell(request))
    this.url = router.url
    this.onOpen(router.port)
  }

  /** Ends it, and every connection through it. */
  async close(): Promise<void> {
    await (await this.opening)?.close()
  }

  private async open(): Promise<Router> {
    const targets = () => this.crew.serving()
    try {
      return await openRouter({ targets, port: favouritePort })
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' && codeOf(error) !== 'EACCES') throw error
      return openRouter({ targets })
    }
  }

  private tell({ method, path, instance = 'nobody', status }: RoutedRequest): void {
    const quiet = method === 'HEAD' || notTold.test(path)
    if (quiet && status < 500) return
    const [what] = path.split('?')
    this.audience.aside('router', `${method} ${what} -> ${instance} ${status}`)
  }
}
