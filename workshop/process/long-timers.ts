// Loaded into an instance when a check has to see what its timers of days do. Such a timer is over
// at once, and from then on the clock of the instance shows the time at which it would have been.
// What the clock shows is reported on file descriptor 3, as by `preload.ts`.
import { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'

const dayMs = 24 * 3600 * 1000
const minuteMs = 60_000
// setTimeout() cannot wait longer, and then does not wait at all.
const longestMs = 2 ** 31 - 1

const { Date: RealDate, performance } = globalThis
const sinceStart = performance.now.bind(performance)
let aheadMs = 0

moveClock()
endLongTimers()
syncBuiltinESMExports()

function moveClock(): void {
  const now = () => RealDate.now() + aheadMs
  performance.now = () => sinceStart() + aheadMs
  globalThis.Date = new Proxy(RealDate, {
    construct: (date, args, target) =>
      Reflect.construct(date, args.length > 0 ? args : [now()], target),
    apply: () => new RealDate(now()).toString(),
    get: (date, name, receiver) =>
      name === 'now' ? now : (Reflect.get(date, name, receiver) as unknown),
  })
}

function endLongTimers(): void {
  const wait = timers.setTimeout
  const waitAsync = timersPromises.setTimeout
  const waitLess = (
    callback: (...args: unknown[]) => void,
    ms?: number,
    ...args: unknown[]
  ) => {
    if (!isLong(ms)) return wait(callback, ms, ...args)
    return wait(() => {
      moveBy(ms)
      callback(...args)
    })
  }
  const waitLessAsync = async <T>(ms?: number, value?: T, options?: object): Promise<T> => {
    if (!isLong(ms)) return waitAsync(ms, value as T, options)
    await waitAsync(0, undefined, options)
    moveBy(ms)
    return value as T
  }
  // With the property that util.promisify() looks for.
  const { __promisify__: _, ...properties } = Object.getOwnPropertyDescriptors(wait)
  Object.defineProperties(waitLess, properties)
  Object.assign(globalThis, { setTimeout: waitLess })
  Object.assign(timers, { setTimeout: waitLess })
  Object.assign(timersPromises, { setTimeout: waitLessAsync })
}

// Once it has been moved on, what is left of a long time counts as well.
function isLong(ms: unknown): ms is number {
  return Number(ms) >= (aheadMs > 0 ? minuteMs : dayMs) && Number(ms) <= longestMs
}

function moveBy(ms: number): void {
  aheadMs += ms
  try {
    writeSync(3, JSON.stringify({ clock: Date.now() }) + '\n')
  } catch {
    // The process that reads it has ended.
  }
}
