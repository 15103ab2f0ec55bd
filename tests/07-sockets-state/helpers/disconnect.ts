import {
  type FactDetails,
  type HttpResponse,
  ExpectationFailed,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import type { ChatSession } from './chat-session.ts'

const looks = 100
const printMs = 1_000

/** What `GET /state` counts, in a program that has it: the devices of each user. */
export class DeviceCounts {
  private constructor(
    private readonly chat: ChatSession,
    // It lists users who have no device, too, with 0.
    private readonly listsAllUsers: boolean,
  ) {}

  /** To be called before any device is connected. */
  static async of(chat: ChatSession): Promise<DeviceCounts> {
    const { json } = await stateOf(chat)
    return new DeviceCounts(chat, Object.values(fieldsOf(json['devices'])).includes(0))
  }

  /** It counts the devices of a user that are connected, if it counted them before. */
  async expect(user: string, details: FactDetails): Promise<void> {
    const { chat, listsAllUsers } = this
    const connected = chat.devicesOf(user).length || undefined
    let response = await stateOf(chat)
    for (let look = 0; look < looks; look++) {
      const count = fieldsOf(response.json['devices'])[user]
      if (count === connected || (listsAllUsers && !connected && count === 0)) return
      response = await stateOf(chat)
    }
    throw new ExpectationFailed({
      kind: 'http-wrong',
      expectation: 'device-count',
      app: chat.app.name,
      request,
      should: connected ? `"devices":{"${user}":${connected}}` : `no device of ${user}`,
      response,
      ...details,
    })
  }

  /** Whether it counts this user's devices: it need not, but all of them are connected. */
  async has(user: string): Promise<boolean> {
    const { json } = await stateOf(this.chat)
    if (typeof fieldsOf(json['devices'])[user] !== 'number') return false
    await this.expect(user, {
      expectation: 'connected-count',
      when: ', while they are connected',
    })
    return true
  }
}

const request = { method: 'GET', path: '/state' }

// A program without this route answers 404.
async function stateOf({ testBed, app }: ChatSession): Promise<HttpResponse> {
  const { method, path } = request
  const response = await testBed.httpSession().request(app, method, path)
  if (response.status < 500) return response
  // What the program prints about that is read later.
  await app.poll(printMs, () => app.instance.lines.find(({ stream }) => stream === 'stderr'))
  throw new ExpectationFailed({
    kind: 'http-wrong',
    expectation: 'state-answered',
    app: app.name,
    request,
    should: '{"devices":{…}}',
    response,
  })
}
