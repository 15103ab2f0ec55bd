import { useLayoutEffect, useState } from 'preact/hooks'
import { type Store, store } from './store.ts'

/** Draws a component again whenever the store has changed. */
export function useStore(): Store {
  const [, setTurn] = useState(0)
  // Before the first paint: an update that comes in between is sent once, and never again.
  useLayoutEffect(() => store.on(() => setTurn((turn) => turn + 1)), [])
  return store
}

/**
 * A switch of the workshop's: it shows at once what was asked for, and what is so as soon as the
 * workshop has answered.
 *
 * @param actual the state that the workshop has sent
 * @param ask asks for it, and waits for the answer
 */
export function useOptimisticToggle(
  actual: boolean,
  ask: (on: boolean) => Promise<unknown>,
): [boolean, (on: boolean) => void] {
  const [asked, setAsked] = useState<readonly boolean[]>([])
  const turn = async (on: boolean) => {
    setAsked((before) => [...before, on])
    await ask(on)
    setAsked(([, ...after]) => after)
  }
  return [asked.at(-1) ?? actual, (on) => void turn(on)]
}
