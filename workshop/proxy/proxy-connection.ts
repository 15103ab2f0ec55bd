import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { errorCode } from '../errors.ts'
import type { DecodedCommand } from './command-decoder.ts'
import type { ConnectionRecorder } from './connection-recorder.ts'
import type { ClosedEvent, CommandEvent } from './events.ts'

/** One connection through the proxy. */
export interface ConnectionOptions {
  client: Socket
  upstream: Socket
  recorder: ConnectionRecorder
  /** Whether some command might have to wait. */
  mayHold: () => boolean
  /** What a command waits for before it is forwarded, if anything. */
  beforeForward: (command: CommandEvent) => Promise<unknown> | undefined
  /** What its reply waits for before it is forwarded, if anything. */
  beforeReply: (command: CommandEvent) => Promise<unknown> | undefined
  /** Called once, when both sides have closed. */
  onClose: () => void
}

/** A chunk from the program, partly forwarded. */
interface PendingChunk {
  chunk: Buffer
  /** Where it begins in the stream. */
  start: number
  /** Not yet recorded. */
  commands: DecodedCommand[]
  /** How many of its bytes have been forwarded. */
  forwarded: number
}

/** Forwards bytes between a program and Redis, unchanged and in order, and records a copy. */
export class ProxyConnection {
  readonly #options: ConnectionOptions
  #received = 0
  #closed = false
  #closedBy: ClosedEvent['by'] | undefined
  #held: CommandEvent | undefined
  // What Redis sent while its replies are held.
  #heldReplies: Buffer[] | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { client, upstream, recorder } = options
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    client.on('data', (chunk: Buffer) => this.#onClientData(chunk))
    upstream.on('data', (chunk: Buffer) => {
      // Forwarded first: the other process can work on it while it is decoded here.
      if (this.#heldReplies) this.#heldReplies.push(chunk)
      else forward(chunk, upstream, client)
      recorder.recordReplies(chunk)
    })
    this.#watchEnd(client, upstream, 'client')
    this.#watchEnd(upstream, client, 'server')
  }

  /** Closes both sides at once. */
  disconnect(): void {
    this.#closedBy ??= 'proxy'
    this.#options.client.destroy()
    this.#options.upstream.destroy()
  }

  #onClientData(chunk: Buffer): void {
    const { client, upstream, recorder, mayHold } = this.#options
    const start = this.#received
    this.#received += chunk.length
    if (mayHold()) {
      const commands = recorder.decodeCommands(chunk)
      return this.#forwardUpToHold({ chunk, start, commands, forwarded: 0 })
    }
    if (client.destroyed || upstream.destroyed) return
    forward(chunk, client, upstream)
    for (const command of recorder.decodeCommands(chunk)) {
      recorder.onForwarded(recorder.recordCommand(command))
    }
    recorder.stopIfBroken()
  }

  // Forwards up to a command that must wait, then from there on. If the command began in an
  // earlier chunk, that part of it was forwarded: Redis does nothing until it has the whole.
  #forwardUpToHold(pending: PendingChunk): void {
    const { client, upstream, recorder, beforeForward } = this.#options
    const { chunk, start, commands } = pending
    for (let command = commands.shift(); command; command = commands.shift()) {
      if (client.destroyed || upstream.destroyed) return
      let wait: Promise<unknown> | undefined
      const recorded = recorder.recordCommand(command, (event) => {
        wait = beforeForward(event)
        return wait !== undefined
      })
      if (!wait) {
        this.#holdReplies(recorded.event)
        recorder.onForwarded(recorded)
        continue
      }
      const hold = Math.max(pending.forwarded, command.start - start)
      upstream.write(chunk.subarray(pending.forwarded, hold))
      pending.forwarded = hold
      client.pause()
      this.#held = recorded.event
      const goOn = () => {
        if (client.destroyed || upstream.destroyed) return
        this.#held = undefined
        this.#holdReplies(recorded.event)
        recorder.onForwarded(recorded)
        this.#forwardUpToHold(pending)
      }
      wait.then(goOn, goOn)
      return
    }
    recorder.stopIfBroken()
    if (client.destroyed || upstream.destroyed) return
    client.resume()
    forward(chunk.subarray(pending.forwarded), client, upstream)
  }

  #holdReplies(command: CommandEvent | undefined): void {
    const { client, upstream, beforeReply } = this.#options
    const wait = command && beforeReply(command)
    if (!wait || this.#heldReplies) return
    this.#heldReplies = []
    const goOn = () => {
      const chunk = Buffer.concat(this.#heldReplies ?? [])
      this.#heldReplies = undefined
      if (!client.destroyed) forward(chunk, upstream, client)
    }
    wait.then(goOn, goOn)
  }

  // An end is passed on as an end, so that bytes on their way arrive; a reset as a reset; after
  // any other error the other side is closed.
  #watchEnd(side: Socket, other: Socket, by: 'client' | 'server'): void {
    side.on('end', () => {
      this.#closedBy ??= by
      other.end()
    })
    side.on('error', (error) => {
      this.#closedBy ??= by
      if (errorCode(error) === 'ECONNRESET' && !(other instanceof TLSSocket))
        other.resetAndDestroy()
      else other.destroy()
    })
    side.on('close', () => {
      if (other.closed) this.#onBothClosed()
    })
  }

  // Both sides can be closed before either emits `close`: then this runs twice.
  #onBothClosed(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#held) this.#options.recorder.onNoReply(this.#held)
    this.#options.recorder.closed(this.#closedBy ?? 'proxy')
    this.#options.onClose()
  }
}

function forward(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.write(chunk)) return
  from.pause()
  to.once('drain', () => from.resume())
}
