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

  /** Connects to an instance. @throws UserError when the app does not let it in */
  static async connect({ name, url }: { name: string; url: string }): Promise<ChatDevice> {
    return new ChatDevice(name, await connectWithToken(url, 'token-of-ada'))
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
