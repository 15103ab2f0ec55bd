import type { Socket } from 'socket.io-client'
import type { WireEvent } from '../../proxy/index.ts'
import {
  type Drill,
  type DrillResult,
  type DrillContext,
  isCommand,
  requireRunning,
} from './drill.ts'
import { loginAndConnect } from './test-user.ts'

const takenWithinMs = 3000
const doneWithinMs = 15_000
const user = 'grace'

/** A worker is killed in the middle of a job. */
export const killedWorker: Drill = {
  id: 'killed-worker',
  title: 'A worker is killed in the middle of a job',
  what: 'grace asks for a long job. As soon as a worker has begun, it is killed with SIGKILL, without a shutdown. A second later it is started again.',
  question: 'What becomes of the job?',
  answers: [
    'Another worker, or the same one when it is back, finishes it',
    'It is lost, and grace gets no response',
    'It is lost, and grace gets an error',
  ],
  needs: 'a web instance and a worker',
  appliesTo: hasWorkers,
  isRelevant: isAboutJob,
  run: (context) => withJob(context, 30_000_000, afterKilling),
}

/** The same job, and two workers that receive it. */
export const twoWorkers: Drill = {
  id: 'two-workers',
  title: 'One job, two workers',
  what: 'A second worker is started if there is only one. Then grace asks for one job.',
  question: 'How often is it done?',
  answers: ['Once', 'Twice', 'Not at all'],
  needs: 'a web instance and a worker',
  appliesTo: hasWorkers,
  isRelevant: isAboutJob,
  async run(context) {
    if (context.running('worker.ts').length === 1) {
      await context.run.instances.add('worker.ts')
      await context.waitForWire(
        (events) => events.find((e) => isCommand(e, /^PSUBSCRIBE$/)),
        takenWithinMs,
      )
    }
    return withJob(context, 200_000, afterBoth)
  },
}

function hasWorkers({ entries }: { entries: string[] }): boolean {
  return entries.includes('worker.ts')
}

async function withJob(
  context: DrillContext,
  input: number,
  then: (context: DrillContext, asked: string, socket: Socket) => Promise<DrillResult>,
): Promise<DrillResult> {
  requireRunning(context.running('worker.ts'), 1, 'a worker')
  const [web] = await context.servingInstances(1, 'a web instance that answers')
  const socket = await loginAndConnect(web?.url ?? '', user)
  try {
    socket.emit('job', { name: 'primes', input })
    const job = await context.waitForWire((events) => events.find(isJob), takenWithinMs)
    if (job?.kind !== 'command') {
      const story = [
        'grace sent a job, and no JOB:… was published. Does the check of this step pass?',
      ]
      return { observed: undefined, story }
    }
    const received = job.reply === 1 ? '1 receiver' : `${String(job.reply)} receivers`
    const asked = `${job.instance} published the job: ${received}.`
    return await then(context, asked, socket)
  } finally {
    socket.close()
  }
}

async function afterKilling(
  context: DrillContext,
  asked: string,
  socket: Socket,
): Promise<DrillResult> {
  let responded = false
  socket.onAny((event: string) => (responded ||= event !== 'progress'))
  const taken =
    (await context.waitForWire(workerAtWork, takenWithinMs)) ?? workerThatTook(context.events)
  if (!taken) return { observed: undefined, story: [asked, 'No worker has begun with it.'] }
  context.run.instances.find(taken)?.instance?.signal('SIGKILL')
  await context.waitForWire(
    (events) => events.find((e) => e.instance === taken && e.kind === 'close'),
    3000,
  )
  await context.wait(1000)
  await context.run.instances.restart(taken)
  const done = await context.waitForWire((events) => events.find(isDone), doneWithinMs)
  const end = done
    ? `${done.instance} published the result.`
    : `${doneWithinMs / 1000} seconds later no worker had published a result. A channel stores nothing.`
  const story = [asked, `${taken} had begun, and was killed.`, end]
  return { observed: done ? 0 : responded ? 2 : 1, story }
}

async function afterBoth(context: DrillContext, asked: string): Promise<DrillResult> {
  const both = (events: WireEvent[]) =>
    events.filter(isDone).length >= 2 ? events.filter(isDone) : undefined
  await context.waitForWire((events) => events.find(isDone), doneWithinMs)
  // A second worker that does it as well is busy with it now.
  await context.waitForWire(both, 3000)
  const done = context.events.filter(isDone)
  const who = done.map(({ instance }) => instance).join(' and ')
  const result = done.length > 0 ? `The result was published by ${who}.` : 'No result came.'
  return { observed: [2, 0, 1][Math.min(done.length, 2)], story: [asked, result] }
}

function isAboutJob(event: WireEvent): boolean {
  const { instance, kind } = event
  if (instance.startsWith('worker')) return kind !== 'open'
  return kind === 'command' && /^(JOB|DONE):/.test(event.args[0] ?? '')
}

function isJob(event: WireEvent): boolean {
  return (
    isCommand(event, /^PUBLISH$/) &&
    (event.args[0] ?? '').startsWith('JOB:') &&
    event.reply !== undefined
  )
}

function isDone(event: WireEvent): boolean {
  return isCommand(event, /^PUBLISH$/) && (event.args[0] ?? '').startsWith('DONE:')
}

// A worker that publishes progress is at work.
function workerAtWork(events: WireEvent[]): string | undefined {
  const progress = events.find(
    (e) => isCommand(e, /^PUBLISH$/) && (e.args[0] ?? '').startsWith('PROGRESS:'),
  )
  return progress?.instance
}

// Publishing progress is optional. Without it, it is the worker that has won the job's key, or the
// only one that has received the job.
function workerThatTook(events: WireEvent[]): string | undefined {
  const won = events.find(
    (e) => isCommand(e, /^SET$/) && e.args.includes('NX') && e.reply === 'OK',
  )
  const received = events.filter((e) => e.kind === 'push' && e.instance.startsWith('worker'))
  const names = new Set(received.map(({ instance }) => instance))
  return won?.instance ?? (names.size === 1 ? [...names][0] : undefined)
}
