import { join } from 'node:path'
import { differencesOf } from './differences.ts'
import { openInEditor } from './editor.ts'
import { UserError, messageOf } from '../errors.ts'
import { filesOf, lookUpStep, readProgress, recordHint } from '../course/index.ts'
import type { Hub } from './hub.ts'
import type { Action, Answer } from './protocol.ts'
import { parseAction } from './parse-action.ts'
import { wholeOf } from './wire-item.ts'

type Part = Omit<Answer, 'problem'> | void

/** Does what a page asks for. Never rejects. @param request whatever came */
export async function act(hub: Hub, request: unknown): Promise<Answer> {
  try {
    const action = parseAction(request)
    if (!action) throw new UserError('That was not understood. Reload this page')
    return { problem: '', ...(await perform(hub, action)) }
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message }
    console.error(error)
    return { problem: `A bug of the workshop: ${messageOf(error)}` }
  } finally {
    hub.tell()
  }
}

async function perform(hub: Hub, action: Action): Promise<Part> {
  const { run, checks, drills } = hub
  switch (action.do) {
    case 'start':
      return run.start(action)
    case 'stop':
      return run.stop()
    case 'add':
      if (!run.current?.entries.includes(action.entry))
        throw new UserError('This step has no such program')
      return run.running.crew.add(action.entry)
    case 'signal':
      return void run.place(action.name).instance?.signal(action.signal)
    case 'freeze':
      return run.place(action.name).freeze(action.on)
    case 'restart':
    case 'remove':
      return run.running.crew[action.do](run.place(action.name).name)
    case 'redis':
      await run.running.taps.setAway(action.away)
      return run.book.say(
        action.away ? 'Redis is gone: connections are cut and refused' : 'Redis is back',
      )
    case 'check':
      return checks.check(action.slug)
    case 'on-save':
      return checks.watch(action.slug, action.on)
    case 'drill':
      return drills.play(action)
    default:
      return look(hub, action)
  }
}

// What changes nothing on the bench.
async function look(
  hub: Hub,
  action: Extract<Action, { do: 'hint' | 'open' | 'diff' | 'whole' }>,
): Promise<Part> {
  if (action.do === 'whole') {
    const event = hub.run.feed?.find(action.seq)
    if (!event) throw new UserError('That message is no longer kept')
    return { whole: wholeOf(event) }
  }
  const step = await lookUpStep(action.slug)
  if (action.do === 'diff') return { differences: await differencesOf(step) }
  if (action.do === 'open') {
    if (!(await filesOf(step)).includes(action.file))
      throw new UserError(`There is no ${action.file} in steps/${step.slug}`)
    return { said: await openInEditor(join(step.folder, action.file)) }
  }
  const { hints } = await readProgress()
  await recordHint(step.slug, Math.max(action.level, hints[step.slug] ?? 0))
  return hub.course.refresh()
}
