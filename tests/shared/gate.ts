/** A promise, and the function that resolves it. */
export function newGate(): { promise: Promise<void>; open: () => void } {
  const opened = new AbortController()
  const promise = new Promise<void>((resolve) => {
    opened.signal.addEventListener('abort', () => resolve())
  })
  return { promise, open: () => opened.abort() }
}
