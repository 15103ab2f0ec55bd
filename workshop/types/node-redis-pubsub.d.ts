// What version 5 really has: its published types differ.
declare module 'node-redis-pubsub' {
  /** A client of redis 3, as far as one needs it. */
  interface OldClient {
    readonly connected: boolean
    on(event: 'ready' | 'end', listener: () => void): this
    quit(callback: () => void): void
  }

  export default class NodeRedisPubSub {
    /**
     * @param options are changed: `url` is deleted. Those of redis 3 are welcome, too
     *   (`retry_max_delay`: the longest pause between two attempts to connect, in milliseconds)
     */
    constructor(options: { url: string; scope?: string; retry_max_delay?: number })

    on(channel: 'error', handler: (error: unknown) => void): void
    /**
     * Listens to all channels that fit a pattern.
     *
     * @param subscribed called when Redis has confirmed the subscription
     * @returns ends the subscription of every handler of that pattern
     */
    on(
      channel: string,
      handler: (message: unknown, channel: string) => void,
      subscribed?: (error: unknown) => void,
    ): () => void

    /** Publishes as JSON. @returns whether the connection takes more; not how many subscribers received it */
    emit(channel: string, message: unknown): boolean

    /** The connection that publishes. */
    getRedisClient(): OldClient

    /** Closes both connections at once, whatever is still on its way. */
    end(): void
  }
}
