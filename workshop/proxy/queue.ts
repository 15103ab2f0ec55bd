/** First in, first out. An array's own `shift` moves every element of a long one. */
export class Queue<T> {
  #items: T[] = []
  #first = 0

  get length(): number {
    return this.#items.length - this.#first
  }

  push(item: T): void {
    this.#items.push(item)
  }

  get first(): T | undefined {
    return this.#items[this.#first]
  }

  /** From the oldest on. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.#first; i < this.#items.length; i++) {
      const item = this.#items[i]
      if (item !== undefined) yield item
    }
  }

  /** Takes the oldest `count` items away. */
  drop(count: number): void {
    this.#first += count
    if (this.#first < 1000 && this.#first < this.#items.length) return
    this.#items = this.#items.slice(this.#first)
    this.#first = 0
  }
}
