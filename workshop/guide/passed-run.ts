import type { AppEvidence } from '../check/evidence.ts'
import { toPlain } from '../proxy/plain-json.ts'
import { traceOf } from './trace-of.ts'

// What is longer takes longer to watch than to read.
const mostEvents = 150
const mostBytes = 30_000

/** The run of a goal that has passed, to be played. */
export interface PassedRun {
  goal: string
  /** A trace as JSON, see `toPlain`. */
  trace: string
}

/**
 * Chooses which goal of a passed check is shown: the one in which messages reached the most
 * instances, the first of several. Goals in which nothing was sent to Redis, and long ones, are
 * left out.
 *
 * @param seen what was seen of each goal, by its name, in the lesson's order
 */
export function passedRunOf(
  goals: readonly string[],
  seen: ReadonlyMap<string, readonly AppEvidence[]>,
): PassedRun | undefined {
  let [best, most]: [PassedRun | undefined, number] = [undefined, -1]
  for (const goal of goals) {
    const apps = seen.get(goal) ?? []
    if (apps.flatMap(({ wire, lines }) => [...wire, ...lines]).length > mostEvents) continue
    const { events, ...rest } = traceOf(apps)
    const trace = JSON.stringify({ ...rest, events }, toPlain)
    const of = (kind: string) => events.filter((event) => event.kind === kind)
    const reached = new Set(of('push').map(({ instance }) => instance)).size
    if (trace.length > mostBytes || of('command').length === 0 || reached <= most) continue
    ;[best, most] = [{ goal, trace }, reached]
  }
  return best
}
