import { randomUUID } from 'node:crypto'
import { UserError } from '../../errors.ts'
import type { RunCluster } from '../../session/index.ts'
import { ChatDevice } from './chat-device.ts'
import type { Drill, DrillContext, DrillResult } from './drill.ts'
import { requestToken } from './test-user.ts'

const shared = {
  question: 'She writes all the time. What does her phone get?',
  answers: [
    'Each message that was accepted, once and in order',
    'Some of them are missing',
    'Some come twice, or in another order',
  ],
  needs: 'an instance that answers',
  appliesTo: ({ needsCluster }) => needsCluster,
} satisfies Partial<Drill>

/** The slot of a user moves to another primary. */
export const movedSlot: Drill = {
  ...shared,
  id: 'moved-slot',
  title: 'A slot moves',
  what: 'The slot of ada moves to another primary, with all that is stored there.',
  run: (context) => runDrill(context, (cluster) => cluster.moveSlot()),
}

/** The primary of a user is killed. */
export const killedPrimary: Drill = {
  ...shared,
  id: 'killed-primary',
  title: 'A primary is killed',
  what: 'The primary of ada is killed, like kill -9 does. When its replica has taken over, it is started again.',
  async run(context) {
    try {
      return await runDrill(context, (cluster) => cluster.kill())
    } finally {
      await clusterOf(context).restore()
    }
  },
}

const restMs = 1500

async function runDrill(
  context: DrillContext,
  harm: (cluster: RunCluster) => Promise<void>,
): Promise<DrillResult> {
  const cluster = clusterOf(context)
  const [here, there = here] = await context.servingInstances(1, 'an instance that answers')
  if (!here || !there) throw new UserError('No instance answers')
  const token = await requestToken(here.url, 'ada')
  const computer = await ChatDevice.connect(here, { token })
  const phone = await ChatDevice.connect(there, { token })
  try {
    await Promise.all([computer, phone].map((device) => device.waitForText('"caughtUp"')))
    const accepted: string[] = []
    let refused = 0
    const write = async () => {
      const text = randomUUID()
      if ((await computer.sendText(text)).includes('"ok":true')) accepted.push(text)
      else refused += 1
      await context.wait(20)
    }
    await write()
    if (!(await phone.waitForText(accepted[0] ?? 'nothing')))
      return {
        observed: undefined,
        story: ['The phone did not even receive the first message.'],
      }
    const done = new AbortController()
    const harmed = harm(cluster)
      .then(() => context.wait(restMs))
      .finally(() => done.abort())
    harmed.catch(() => {}) // It is awaited below.
    while (!done.signal.aborted) await write()
    await harmed
    await phone.waitForText(accepted.at(-1) ?? '')
    return resultOf(accepted, refused, phone.inOrder(accepted))
  } finally {
    computer.close()
    phone.close()
  }
}

function resultOf(accepted: string[], refused: number, came: string[]): DrillResult {
  const missing = accepted.filter((text) => !came.includes(text)).length
  const inOrder = came.join() === accepted.join()
  const story = [
    `${accepted.length} messages were accepted, ${refused} were refused.`,
    inOrder
      ? 'All that were accepted came to the phone, each once and in order.'
      : `${missing} of those that were accepted are missing on the phone. It received ${came.length}.`,
  ]
  return { observed: inOrder ? 0 : missing > 0 ? 1 : 2, story }
}

function clusterOf({ run }: DrillContext): RunCluster {
  if (!run.cluster) throw new UserError('This step has no cluster')
  return run.cluster
}
