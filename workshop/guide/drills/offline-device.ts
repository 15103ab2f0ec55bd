import { randomUUID } from 'node:crypto'
import { ChatDevice } from './chat-device.ts'
import { type Drill, type DrillContext, type DrillResult, unknownResult } from './drill.ts'
import { requestToken } from './test-user.ts'

/** A device that was offline while its user wrote elsewhere. */
export const offlineDevice: Drill = {
  id: 'offline-device',
  title: 'A phone in a tunnel',
  what: 'ada’s phone loses its connection. On her computer she writes three messages to grace. Then the phone reconnects, with the id of the last message that it has.',
  question: 'What does the phone show of the three?',
  answers: ['All of them, in order', 'Some of them, or some twice', 'None of them'],
  needs: 'an instance that answers',
  appliesTo: ({ number }) => number === 10 || number === 11,
  async run(context) {
    const devices: ChatDevice[] = []
    try {
      return await runDrill(context, devices)
    } finally {
      for (const device of devices) device.close()
    }
  },
}

async function runDrill(context: DrillContext, devices: ChatDevice[]): Promise<DrillResult> {
  const [here, there = here] = await context.servingInstances(1, 'an instance that answers')
  if (!here || !there) return unknownResult('No instance answers.')
  const token = await requestToken(here.url, 'ada')
  const connect = async (place: typeof here, lastId?: unknown) => {
    const device = await ChatDevice.connect(place, { token, lastId })
    devices.push(device)
    return device
  }
  const computer = await connect(here)
  const phone = await connect(there)
  const [before = '', ...texts] = ['a', 'b', 'c', 'd'].map(newText)
  const after = newText('e')
  await computer.sendText(before)
  if (!(await phone.waitForText(before)))
    return unknownResult('The phone did not even receive a message while it was connected.')
  const { lastId } = phone
  phone.close()
  for (const text of texts) await computer.sendText(text)
  const back = await connect(there, lastId)
  // What was missed comes before what is sent now.
  await computer.sendText(after)
  if (!(await back.waitForText(after)))
    return unknownResult('The phone received nothing after it had reconnected.')
  const came = back.inOrder(texts)
  const complete = came.join() === texts.join()
  const count = `${came.length} of the three messages came to it`
  const story = [
    `The phone was at ${there.name}, and returned with the id ${JSON.stringify(lastId) ?? 'of no message'}.`,
    complete ? 'All three came, each once and in order.' : `${count}.`,
  ]
  return { observed: complete ? 0 : came.length > 0 ? 1 : 2, story }
}

function newText(letter: string): string {
  return `${letter} ${randomUUID().slice(0, 8)}`
}
