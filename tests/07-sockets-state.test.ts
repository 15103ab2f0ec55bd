import { mistakes, starter } from './07-sockets-state/diagnoses.ts'
import { rightAnswers } from './07-sockets-state/right-answers.ts'
import { send } from './shared/chat.ts'
import {
  waitForAck,
  expectReceivedOnConnect,
  isRefusedSilently,
  sendWithAck,
} from './07-sockets-state/helpers/acknowledgements.ts'
import {
  expectDelivered,
  expectNobodyElse,
  expectOnceEach,
  waitForDelivery,
} from './07-sockets-state/helpers/delivery.ts'
import {
  badTokens,
  expectStaysRejected,
  expectRejectsToken,
} from './07-sockets-state/helpers/auth.ts'
import { countsDevices, expectDeviceCount } from './07-sockets-state/helpers/disconnect.ts'
import {
  prototypeNames,
  expectRejectsHugeText,
  expectRejectsInvalid,
} from './07-sockets-state/helpers/invalid-input.ts'
import { ChatSession } from './07-sockets-state/helpers/chat-session.ts'
import { expectTrue, defineCheck } from '../workshop/check/suite.ts'
import { identityClaims, withFalseIdentity } from './06-worker-jobs/helpers/expectations.ts'

defineCheck('07-sockets-state', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'a device whose token is missing or unknown is refused, and its `connect_error` gives the reason',
    async (stage) => {
      const room = await ChatSession.open(stage)
      await room.join('ada', 'phone')
      for (const how of Object.keys(badTokens)) await expectRejectsToken(room, how)
      await expectStaysRejected(room)
    },
  )

  goal(
    '`sendMessage` reaches every device of both users once, as `messageSent` with `{from, to, text}`',
    async (stage) => {
      const room = await ChatSession.open(stage)
      await room.join('ada', 'computer')
      const phone = await room.join('ada', 'phone')
      await room.join('ada', 'tablet')
      const computer = await room.join('grace', 'computer')
      await room.join('grace', 'phone')
      await room.joinByPolling('grace', 'television')
      await room.join('linus', 'phone')
      const first = { from: 'ada', to: 'grace', text: 'good morning' }
      const second = { from: 'grace', to: 'ada', text: 'good evening' }
      await expectDelivered(room, phone, first)
      await expectDelivered(room, computer, second)
      const third = { ...first, text: 'good night' }
      await expectDelivered(room, phone, third)
      // What comes twice has come before what is sent later.
      await expectDelivered(room, phone, { ...first, text: 'sleep well' })
      expectOnceEach(room, first, second, third)
    },
  )

  goal(
    '`from` is the user of the token, whatever the device claims, and no other user receives the message',
    async (stage) => {
      const room = await ChatSession.open(stage)
      const place = withFalseIdentity(room.program, 'grace')
      const auth = { ...identityClaims('grace'), token: 'token-of-ada' }
      const phone = await room.join('ada', 'phone', { place, auth })
      await room.join('linus', 'phone')
      const computer = await room.join('grace', 'computer')
      const message = { from: 'ada', to: 'linus', text: 'a secret' }
      const posing = { ...identityClaims('grace'), from: 'grace', sender: 'grace' }
      const args = { ...posing, to: message.to, text: message.text }
      const answer = sendWithAck(phone, { ...posing, event: 'sendMessage', args })
      const honest = { ...message, text: 'as myself' }
      const good = sendWithAck(phone, { event: 'sendMessage', args: honest })
      await waitForDelivery(room, phone, honest)
      // Whoever does not listen to liars is right, too.
      if (!isRefusedSilently(room, message, answer, good))
        await waitForDelivery(room, phone, message)
      const other = { from: 'grace', to: 'ada', text: 'another one' }
      await expectDelivered(room, computer, other)
      expectNobodyElse(room, message)
      await expectDelivered(room, phone, { ...message, text: 'the last one' })
      expectNobodyElse(room, other)
    },
  )

  goal(
    'a message sent right after connecting is handled, and every `message` is acknowledged',
    async (stage) => {
      const room = await ChatSession.open(stage)
      await room.join('grace', 'computer')
      const message = { from: 'ada', to: 'grace', text: 'here I am' }
      await waitForAck(room, await expectReceivedOnConnect(room, message))
    },
  )

  goal(
    'a device that disconnects is removed, and the other devices of its user still receive messages',
    async (stage) => {
      const room = await ChatSession.open(stage)
      const computer = await room.join('ada', 'computer')
      const phone = await room.join('ada', 'phone')
      const tablet = await room.join('ada', 'tablet')
      const grace = await room.join('grace', 'phone')
      await room.join('linus', 'phone')
      const counts = await countsDevices(room, 'ada')
      for (const leaving of [computer, tablet]) {
        room.removeDevice(leaving)
        const after = `, after ${leaving.name} has left`
        // The first one shows that the farewell is through, the second one what it has done.
        for (const text of ['are you there?', 'and now?']) {
          const message = { from: 'grace', to: 'ada', text: `${text} ${leaving.name} is gone` }
          await expectDelivered(room, grace, message, after)
        }
        if (counts) await expectDeviceCount(room, 'ada', after)
      }
      room.removeDevice(phone)
      const after = ', after all devices of ada have left'
      send(grace, { from: 'grace', to: 'ada', text: 'is anybody there?' })
      await expectDelivered(
        room,
        grace,
        { from: 'grace', to: 'linus', text: 'and you?' },
        after,
      )
      if (counts) await expectDeviceCount(room, 'ada', after)
      await room.join('ada', 'watch')
      const back = { from: 'grace', to: 'ada', text: 'welcome back' }
      await expectDelivered(room, grace, back, ', after ada came back')
    },
  )

  goal(
    'a message to yourself arrives once, and a message to an offline user causes no error',
    async (stage) => {
      const room = await ChatSession.open(stage)
      const phone = await room.join('ada', 'phone')
      await room.join('ada', 'computer')
      await room.join('grace', 'phone')
      const note = { from: 'ada', to: 'ada', text: 'buy milk' }
      await expectDelivered(room, phone, note)
      const counts = await countsDevices(room, 'ada')
      for (const to of ['linus', 'nobody', ...prototypeNames]) {
        sendWithAck(phone, { event: 'sendMessage', args: { to, text: 'is anybody there?' } })
        const fence = { from: 'ada', to: 'grace', text: `not to ${to}` }
        await expectDelivered(
          room,
          phone,
          fence,
          `, after a message to "${to}", who is not connected`,
        )
      }
      if (counts) await expectDeviceCount(room, 'nobody', ', who was never there')
      expectOnceEach(room, note)
      expectNobodyElse(room, note)
      expectNobodyElse(room, { from: 'ada', to: 'nobody', text: 'is anybody there?' })
    },
  )

  goal(
    'unknown events and invalid arguments are answered with an error, reach no device and do not stop the program',
    async (stage) => {
      const room = await ChatSession.open(stage)
      const phone = await room.join('ada', 'phone')
      await room.join('grace', 'phone')
      const good = { from: 'ada', to: 'grace', text: 'all is well' }
      const answer = await waitForAck(
        room,
        sendWithAck(phone, { event: 'sendMessage', args: { to: good.to, text: good.text } }),
      )
      await waitForDelivery(room, phone, good) // What comes from now on is another message.
      await expectRejectsInvalid(room, phone, answer)
      await expectRejectsHugeText(room, phone)
    },
  )

  goal('SIGTERM ends it within 2 seconds, with devices connected', async (stage) => {
    const room = await ChatSession.open(stage)
    await room.join('ada', 'computer')
    await room.join('ada', 'phone')
    await room.joinByPolling('grace', 'phone')
    const { program } = room
    program.sendSignal('SIGTERM')
    const expected = 'web.1 to end within 2 seconds of SIGTERM, with devices connected'
    const { code } = await program.waitForExit(expected, 2_000)
    const fine = code === null || code === 0 || code === 143
    expectTrue(fine, 'web.1 to end with exit code 0', program.describe(), 'web.1')
  })
})
