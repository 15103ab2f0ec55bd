import { join } from 'node:path'
import { showCode } from '../classroom/membership.ts'
import { differencesOf } from './differences.ts'
import { openInEditor } from './editor.ts'
import { UserError, errorMessage } from '../errors.ts'
import {
  findStep,
  learnerFiles,
  listBackups,
  readProgress,
  recordHint,
  resetStep,
  undo,
} from '../course/index.ts'
import type { Broadcaster } from './broadcaster.ts'
import type { Action, ActionResult } from './protocol.ts'
import { parseAction } from './parse-action.ts'
import { saveStepFile } from './step-files.ts'
import { toWireDetails } from './wire-item.ts'

type PartialResult = Omit<ActionResult, 'problem'> | void

/** Does what a page asks for. Never rejects. @param request whatever came */
export async function handleAction(hub: Broadcaster, request: unknown): Promise<ActionResult> {
  try {
    const action = parseAction(request)
    if (!action) throw new UserError('That was not understood. Reload this page')
    return { problem: '', ...(await execute(hub, action)) }
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message }
    console.error(error)
    return { problem: `A bug of the workshop: ${errorMessage(error)}` }
  } finally {
    hub.flush()
  }
}

async function execute(hub: Broadcaster, action: Action): Promise<PartialResult> {
  const { run, checks, drills } = hub
  switch (action.do) {
    case 'start':
      return run.start(action)
    case 'stop':
      return run.stop()
    case 'add':
      if (!run.current?.entries.includes(action.entry))
        throw new UserError('This step has no such program')
      return run.running.instances.add(action.entry)
    case 'signal':
      return void run.slot(action.name).instance?.signal(action.signal)
    case 'freeze':
      return run.slot(action.name).pause(action.on)
    case 'restart':
    case 'remove':
      return run.running.instances[action.do](run.slot(action.name).name)
    case 'redis':
      await run.running.proxies.setRedisDown(action.down)
      return run.log.message(
        action.down ? 'Redis is down: connections are cut and refused' : 'Redis is back',
      )
    case 'publish':
      return run.publish(action.channel, action.message)
    case 'check':
      return checks.check(action.slug)
    case 'on-save':
      return checks.watch(action.slug, action.on)
    case 'drill':
      return drills.run(action)
    default:
      return query(hub, action)
  }
}

// What changes nothing on the bench.
type Query = Extract<
  Action,
  { do: 'hint' | 'open' | 'diff' | 'save' | 'reset' | 'undo' | 'show' | 'whole' | 'passed-run' }
>

async function query(hub: Broadcaster, action: Query): Promise<PartialResult> {
  if (action.do === 'whole') {
    const event = hub.run.traffic?.find(action.seq)
    if (!event) throw new UserError('That message is no longer kept')
    return { details: toWireDetails(event) }
  }
  if (action.do === 'passed-run') return { trace: hub.checks.passedRun(action.slug) }
  const step = await findStep(action.slug)
  switch (action.do) {
    case 'diff':
      return { differences: await differencesOf(step) }
    case 'save':
      return saveStepFile(step, action.file, action.text, action.version)
    case 'reset': {
      const { backup } = await resetStep(step)
      return { message: backup ? 'The files are the starter again.' : 'Nothing to reset.' }
    }
    case 'undo': {
      const [newest] = await listBackups()
      if (newest?.slug !== step.slug) throw new UserError(`No reset of ${step.slug} to undo`)
      await undo(1)
      return { message: 'Your files are back.' }
    }
    case 'show':
      await showCode(step)
      return { message: 'The instructor sees your code as it is now.' }
    case 'open':
      if (!(await learnerFiles(step)).includes(action.file))
        throw new UserError(`There is no ${action.file} in steps/${step.slug}`)
      return { message: await openInEditor(join(step.folder, action.file)) }
    case 'hint': {
      const { hints } = await readProgress()
      await recordHint(step.slug, Math.max(action.level, hints[step.slug] ?? 0))
      return hub.course.refresh()
    }
  }
}
