import type { Socket } from 'socket.io-client'
import { connectWithToken } from './test-user.ts'

const withinMs = 5000

/** A device of ada's that follows the protocol of the chat, and keeps what it receives. */
export class ChatDevice {
  private readonly received: string[] = []
  private check = (): void => {}

  private constructor(
    /** The instance it is connected to. */
    readonly at: string,
    private readonly socket: Socket,
  ) {
    socket.on('message', (envelope: unknown) => {
      this.received.push(JSON.stringify(envelope) ?? '')
      this.check()
    })
  }

  /**
   * Connects to an instance.
   *
   * @param lastId of the last message that the device has
   * @throws UserError when the app does not let it in
   */
  static async connect(
    { name, url }: { name: string; url: string },
    { token = 'token-of-ada', lastId }: { token?: string; lastId?: unknown } = {},
  ): Promise<ChatDevice> {
    return new ChatDevice(name, await connectWithToken(url, token, lastId))
  }

  /** The id of the last message that it has received. */
  get lastId(): unknown {
    const ids = this.received.map((one) => Object(Object(JSON.parse(one)).args).id)
    return ids.findLast((id) => id !== undefined)
  }

  /** Which of these texts have come, in the order in which they came. */
  inOrder(texts: readonly string[]): string[] {
    return this.received.flatMap((one) => texts.filter((text) => one.includes(text)))
  }

  /** Writes to grace. @returns what was answered, as JSON */
  async sendText(text: string): Promise<string> {
    const envelope = { event: 'sendMessage', args: { to: 'grace', text } }
    try {
      const answer: unknown = await this.socket
        .timeout(withinMs)
        .emitWithAck('message', envelope)
      return JSON.stringify(answer) ?? 'nothing'
    } catch {
      return 'nothing'
    }
  }

  /** How often a text has come. */
  countReceived(text: string): number {
    return this.received.filter((one) => one.includes(text)).length
  }

  /** Waits until a text has come. @returns false when it has not come in time */
  waitForText(text: string): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), withinMs)
      this.check = () => {
        if (this.countReceived(text) === 0) return
        clearTimeout(late)
        resolve(true)
      }
      this.check()
    })
  }

  close(): void {
    this.socket.close()
  }
}
