import { randomUUID } from 'node:crypto'
import { ChatDevice } from './chat-device.ts'
import {
  type Drill,
  type DrillResult,
  type DrillContext,
  isCommand,
  unknownResult,
} from './drill.ts'

/** One user, two devices, two instances. */
export const twoDevices: Drill = {
  id: 'phone-elsewhere',
  title: 'Two devices on two instances',
  what: 'ada’s computer connects to one of your instances, her phone to another. Then she writes to grace on the computer.',
  question: 'What does the phone show of it?',
  answers: [
    'Her message, as the computer does',
    'Nothing, and the computer gets an error',
    'Nothing, and no error either',
  ],
  needs: 'two instances that answer',
  appliesTo: ({ number }) => number === 7 || number === 8,
  isRelevant: (event) => isCommand(event, /^PUBLISH$/) || event.kind === 'push',
  async run(context) {
    const devices: ChatDevice[] = []
    try {
      for (const place of (
        await context.servingInstances(2, 'two instances that answer')
      ).slice(0, 2))
        devices.push(await ChatDevice.connect(place))
      const [computer, phone] = devices
      return computer && phone ? await write(context, computer, phone) : unknownResult('')
    } finally {
      for (const device of devices) device.close()
    }
  },
}

async function write(
  context: DrillContext,
  computer: ChatDevice,
  phone: ChatDevice,
): Promise<DrillResult> {
  const where = `The computer is at ${computer.at}, the phone at ${phone.at}.`
  const [text, fence] = [newText(), newText()]
  const answer = await computer.sendText(text)
  if (!(await computer.waitForText(text)))
    return unknownResult(`${where} Not even the computer shows what was written on it.`)
  // The phone's own message arrives after everything that was on its way to it.
  await phone.sendText(fence)
  if (!(await phone.waitForText(fence)))
    return unknownResult(`${where} The phone does not even show what was written on it.`)
  const copies = phone.countReceived(text)
  const what = ['nothing', 'the message'][copies] ?? `the message ${copies} times`
  const came = `${computer.at} answered the computer: ${answer}. The phone got ${what}.`
  const silent = answer.includes('error') ? 1 : 2
  return { observed: copies > 0 ? 0 : silent, story: [where, came, whoPublished(context)] }
}

function newText(): string {
  return `are you there? ${randomUUID().slice(0, 8)}`
}

function whoPublished({ events }: DrillContext): string {
  const published = events.filter((event) => isCommand(event, /^PUBLISH$/))
  if (published.length === 0)
    return 'Nothing was published: the message never left its instance.'
  const who = [...new Set(published.map(({ instance }) => instance))].join(' and ')
  return `${who} published the message for every subscribed instance.`
}
