import type { WireEvent } from '../../wire/index.ts'
import { type Drill, type Scene, isCommand, mustRun } from './drill.ts'

const awayMs = 3000
const backWithinMs = 8000

/** Redis is taken away for three seconds. */
export const redisAway: Drill = {
  id: 'redis-away',
  title: 'Redis is gone for three seconds',
  what: 'Every connection is cut, and new ones are refused. After three seconds Redis is back.',
  question: 'What do your instances do?',
  answers: [
    'They end',
    'They live on, and are connected again by themselves',
    'They live on, but without Redis from now on',
  ],
  needs: 'one instance that is connected to Redis',
  fits: ({ number }) => number >= 2 && number !== 7,
  async play(scene) {
    const names = scene.running()
    mustRun(names, 1, 'a running instance')
    await scene.run.taps.setAway(true)
    await scene.pass(awayMs)
    const survivors = scene.running()
    const back = scene.run.taps.recording.mark()
    await scene.run.taps.setAway(false)
    await scene.see((events) => allBack(events, back, survivors), backWithinMs)
    const returned = survivors.every((name) => answered(scene.events, back, name))
    const stories = names.flatMap((name) => storyOf(name, scene, back))
    const gone = names.filter((name) => !survivors.includes(name))
    const observed = gone.length > 0 ? 0 : returned ? 1 : 2
    return { observed, story: stories }
  },
}

function allBack(events: WireEvent[], since: number, names: string[]): true | undefined {
  return (
    names.every((name) => answered(events, since, name) && asMany(events, since, name)) ||
    undefined
  )
}

function answered(events: WireEvent[], since: number, name: string): boolean {
  return events.some(
    (event) =>
      event.instance === name &&
      event.seq >= since &&
      event.kind === 'command' &&
      event.reply !== undefined,
  )
}

function asMany(events: WireEvent[], since: number, name: string): boolean {
  const mine = events.filter(({ instance }) => instance === name)
  const cut = mine.filter((event) => event.kind === 'close' && event.seq < since).length
  return mine.filter((event) => event.kind === 'open' && event.seq >= since).length >= cut
}

function storyOf(name: string, scene: Scene, back: number): string[] {
  const mine = scene.events.filter(({ instance }) => instance === name)
  const cut = mine.filter((event) => event.kind === 'close' && event.seq < back).length
  const opened = mine.filter((event) => event.kind === 'open' && event.seq >= back)
  const again = mine.filter((event) => event.seq >= back && isCommand(event, /SUBSCRIBE$/))
  const lines = [`${name}: ${counted(cut, 'connection')} cut, ${opened.length} opened again.`]
  if (!scene.running().includes(name)) lines.push(`${name} has ended.`)
  if (again.length > 0)
    lines.push(`${name} subscribed again. What was published meanwhile, it never hears.`)
  return lines
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
