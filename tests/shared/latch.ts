/** A promise, and the function that resolves it. */
export function newLatch(): { released: Promise<void>; release: () => void } {
  const latch = new AbortController()
  const released = new Promise<void>((resolve) => {
    latch.signal.addEventListener('abort', () => resolve())
  })
  return { released, release: () => latch.abort() }
}
