import type { Socket } from 'node:net'
import { UserError } from '../errors.ts'
import { type Message, numberIn, sendMessage, textIn } from './messages.ts'

/** The Redis that all runners of this clone share. */
export interface SharedRedis {
  host: string
  port: number
  url: string
  /** For people, one line. */
  describe: string
}

/** What `npm run stop` has stopped. */
export interface Stopped {
  /** One line for each runner. */
  runners: string[]
  /** For people; empty when there was no private Redis. */
  redis: string
}

/** The connection of this runner to the keeper. It keeps Node running until `leave`. */
export class Keeper {
  /** Set once it has proved to be our keeper. */
  trusted = false
  /** Resolves when the keeper is gone although we did not leave it. */
  readonly gone: Promise<void>
  private readonly waiting: ((answer: Message | undefined) => void)[] = []
  private left = false

  /** @param say is told what the keeper has to say while it fetches a Redis */
  constructor(
    private readonly socket: Socket,
    private readonly say: (line: string) => void,
  ) {
    this.gone = new Promise((resolve) => {
      socket.once('close', () => {
        for (const answer of this.waiting.splice(0)) answer(undefined)
        if (!this.left) resolve()
      })
    })
  }

  /** A message came in. Answers come in the order of the questions. */
  receive(message: Message): void {
    if ('say' in message) this.say(textIn(message, 'say'))
    else this.waiting.shift()?.(message)
  }

  /** A name for one more instance: `web.2`. @param kind `web` or `worker` */
  async name(kind: string): Promise<string> {
    return textIn(await this.ask({ ask: 'name', kind }), 'name')
  }

  /** An instance's name is no longer in use. */
  free(name: string): void {
    sendMessage(this.socket, { ask: 'free', name })
  }

  /** The router of this runner is open at a port, or with port 0 closed again. */
  opened(step: string, port: number): void {
    sendMessage(this.socket, { ask: 'open', step, port })
  }

  /** The port at which a step that runs can be reached; 0 while none does. */
  async portOf(step: string): Promise<number> {
    return numberIn(await this.ask({ ask: 'port', step }), 'port')
  }

  /**
   * The shared private Redis, started for the first who asks.
   *
   * @throws UserError when there is none to be had
   */
  async redis(): Promise<SharedRedis> {
    const answer = await this.ask({ ask: 'redis' })
    const problem = textIn(answer, 'problem')
    if (problem) throw answer['known'] === true ? new UserError(problem) : new Error(problem)
    return {
      host: textIn(answer, 'host'),
      port: numberIn(answer, 'port'),
      url: textIn(answer, 'url'),
      describe: textIn(answer, 'describe'),
    }
  }

  /** Stops every runner, and then Redis and the keeper. */
  async stopEverything(): Promise<Stopped> {
    const answer = await this.ask({ ask: 'stop' })
    const { stopped } = answer
    const runners = Array.isArray(stopped) ? stopped.map(String) : []
    return { runners, redis: textIn(answer, 'redis') }
  }

  /** Hangs up. The last runner to do so ends the keeper and its Redis. */
  leave(): void {
    this.left = true
    this.socket.destroy()
  }

  private async ask(question: Message): Promise<Message> {
    const answer = await new Promise<Message | undefined>((resolve) => {
      if (this.socket.destroyed) return resolve(undefined)
      this.waiting.push(resolve)
      sendMessage(this.socket, question)
    })
    if (!answer) throw new UserError('The process that keeps Redis has ended. Run this again')
    return answer
  }
}
