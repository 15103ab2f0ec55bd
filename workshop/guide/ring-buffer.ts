/** The newest of something, a bounded number of them. */
export class RingBuffer<T> {
  private items: T[] = []

  /** @param limit how many are kept */
  constructor(private readonly limit: number) {}

  /** The newest, oldest first. */
  last(count: number): T[] {
    return this.items.slice(-count)
  }

  push(item: T): void {
    this.items.push(item)
    // A part at once: taking one from the front of a long array moves all the others.
    if (this.items.length >= this.limit * 1.25) this.items = this.items.slice(-this.limit)
  }
}
