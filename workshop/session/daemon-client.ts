import type { Socket } from 'node:net'
import { UserError } from '../errors.ts'
import { type Message, numberField, writeJsonLine, stringField } from './json-lines.ts'

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
export class DaemonClient {
  /** Set once it has proved to be our keeper. */
  authenticated = false
  /** Resolves when the keeper is gone although we did not leave it. */
  readonly disconnected: Promise<void>
  private readonly pending: ((answer: Message | undefined) => void)[] = []
  private closed = false

  /** @param say is told what the keeper has to say while it fetches a Redis */
  constructor(
    private readonly socket: Socket,
    private readonly say: (line: string) => void,
  ) {
    this.disconnected = new Promise((resolve) => {
      socket.once('close', () => {
        for (const answer of this.pending.splice(0)) answer(undefined)
        if (!this.closed) resolve()
      })
    })
  }

  /** A message came in. Answers come in the order of the questions. */
  receive(message: Message): void {
    if ('say' in message) this.say(stringField(message, 'say'))
    else this.pending.shift()?.(message)
  }

  /** A name for one more instance: `web.2`. @param kind `web` or `worker` */
  async allocateName(kind: string): Promise<string> {
    return stringField(await this.request({ ask: 'name', kind }), 'name')
  }

  /** An instance's name is no longer in use. */
  releaseName(name: string): void {
    writeJsonLine(this.socket, { ask: 'free', name })
  }

  /** The router of this runner is open at a port, or with port 0 closed again. */
  setRouterPort(step: string, port: number): void {
    writeJsonLine(this.socket, { ask: 'open', step, port })
  }

  /** The port at which a step that runs can be reached; 0 while none does. */
  async portOf(step: string): Promise<number> {
    return numberField(await this.request({ ask: 'port', step }), 'port')
  }

  /**
   * The shared private Redis, started for the first who asks.
   *
   * @throws UserError when there is none to be had
   */
  async redis(): Promise<SharedRedis> {
    const answer = await this.request({ ask: 'redis' })
    const problem = stringField(answer, 'problem')
    if (problem) throw answer['known'] === true ? new UserError(problem) : new Error(problem)
    return {
      host: stringField(answer, 'host'),
      port: numberField(answer, 'port'),
      url: stringField(answer, 'url'),
      describe: stringField(answer, 'describe'),
    }
  }

  /** Stops every runner, and then Redis and the keeper. */
  async stopAllSessions(): Promise<Stopped> {
    const answer = await this.request({ ask: 'stop' })
    const { stopped } = answer
    const runners = Array.isArray(stopped) ? stopped.map(String) : []
    return { runners, redis: stringField(answer, 'redis') }
  }

  /** Hangs up. The last runner to do so ends the keeper and its Redis. */
  close(): void {
    this.closed = true
    this.socket.destroy()
  }

  private async request(question: Message): Promise<Message> {
    const answer = await new Promise<Message | undefined>((resolve) => {
      if (this.socket.destroyed) return resolve(undefined)
      this.pending.push(resolve)
      writeJsonLine(this.socket, question)
    })
    if (!answer) throw new UserError('The process that keeps Redis has ended. Run this again')
    return answer
  }
}
