import type { Socket } from 'socket.io-client'
import { connectWithToken } from './visitor.ts'

const withinMs = 5000

/** A device of ada's that speaks as the lessons of the chat say, and remembers what it hears. */
export class Device {
  private readonly heard: string[] = []
  private look = (): void => {}

  private constructor(
    /** The instance it is connected to. */
    readonly at: string,
    private readonly socket: Socket,
  ) {
    socket.on('message', (envelope: unknown) => {
      this.heard.push(JSON.stringify(envelope) ?? '')
      this.look()
    })
  }

  /** Connects to an instance. @throws UserError when the app does not let it in */
  static async connect({ name, url }: { name: string; url: string }): Promise<Device> {
    return new Device(name, await connectWithToken(url, 'token-of-ada'))
  }

  /** Writes to grace. @returns what was answered, as JSON */
  async write(text: string): Promise<string> {
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
  copies(text: string): number {
    return this.heard.filter((one) => one.includes(text)).length
  }

  /** Waits until a text has come. @returns false when it has not come in time */
  hears(text: string): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), withinMs)
      this.look = () => {
        if (this.copies(text) === 0) return
        clearTimeout(late)
        resolve(true)
      }
      this.look()
    })
  }

  close(): void {
    this.socket.close()
  }
}
