import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { errorCode } from '../errors.ts'
import type { SentCommand } from './command-decoder.ts'
import type { ClosedEvent, CommandEvent } from './events.ts'
import type { ConnectionRecorder } from './connection-recorder.ts'

/** One connection through the tap. */
export interface ConnectionOptions {
  client: Socket
  upstream: Socket
  transcript: ConnectionRecorder
  /** Asked for every command: what to wait for before it may pass. */
  gate: (command: CommandEvent) => Promise<unknown> | undefined
  /** Called once, when both sides have closed. */
  ended: () => void
}

/** A chunk from the program, partly sent on. */
interface Passage {
  chunk: Buffer
  /** Where the chunk begins in the stream. */
  start: number
  commands: SentCommand[]
  sent: number
}

/** Carries bytes between a program and Redis, untouched and in order, and reads a copy. */
export class Connection {
  readonly #options: ConnectionOptions
  #received = 0
  #finished = false
  #by: ClosedEvent['by'] | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { client, upstream, transcript } = options
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    client.on('data', (chunk: Buffer) => this.#fromClient(chunk))
    upstream.on('data', (chunk: Buffer) => {
      transcript.fromServer(chunk)
      send(chunk, upstream, client)
    })
    this.#watchEnd(client, upstream, 'client')
    this.#watchEnd(upstream, client, 'server')
  }

  /** Cuts both sides off at once. */
  cut(): void {
    this.#by ??= 'workshop'
    this.#options.client.destroy()
    this.#options.upstream.destroy()
  }

  #fromClient(chunk: Buffer): void {
    const commands = this.#options.transcript.fromClient(chunk)
    this.#pass({ chunk, start: this.#received, commands, sent: 0 })
    this.#received += chunk.length
  }

  // Up to a command that must wait; then from there on. If the command began in an earlier
  // chunk, that much of it has gone on: Redis does nothing until it has the whole.
  #pass(passage: Passage): void {
    const { client, upstream, transcript, gate } = this.#options
    const { chunk, start, commands } = passage
    for (let command = commands.shift(); command; command = commands.shift()) {
      const wait = gate(transcript.command(command))
      if (!wait) continue
      const hold = Math.max(passage.sent, command.start - start)
      upstream.write(chunk.subarray(passage.sent, hold))
      passage.sent = hold
      client.pause()
      const goOn = () => this.#pass(passage)
      wait.then(goOn, goOn)
      return
    }
    transcript.giveUpIfBroken()
    if (client.destroyed || upstream.destroyed) return
    client.resume()
    send(chunk.subarray(passage.sent), client, upstream)
  }

  // An end is passed on as an end, so that what is still under way arrives; a reset as a
  // reset; after any other error there is nobody to talk to.
  #watchEnd(side: Socket, other: Socket, by: 'client' | 'server'): void {
    side.on('end', () => {
      this.#by ??= by
      other.end()
    })
    side.on('error', (error) => {
      this.#by ??= by
      if (errorCode(error) === 'ECONNRESET' && !(other instanceof TLSSocket))
        other.resetAndDestroy()
      else other.destroy()
    })
    side.on('close', () => {
      if (other.closed) this.#finish()
    })
  }

  // Both sides can be closed before either of them says so: then both say it.
  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#options.transcript.closed(this.#by ?? 'workshop')
    this.#options.ended()
  }
}

function send(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.write(chunk)) return
  from.pause()
  to.once('drain', () => from.resume())
}
