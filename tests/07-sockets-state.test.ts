import { diagnoses } from './07-sockets-state/diagnoses.ts'
import { send } from './shared/chat.ts'
import {
  expectAnswerFirst,
  expectNoError,
  expectReceivedOnConnect,
  isRefusedSilently,
  sendWithAck,
  waitForAck,
} from './07-sockets-state/helpers/acknowledgements.ts'
import {
  expectDelivered,
  expectNoOtherDevice,
  expectOnceEach,
  expectSentToOffline,
  waitForDelivery,
} from './07-sockets-state/helpers/delivery.ts'
import {
  badTokens,
  expectRejectsToken,
  expectStaysRejected,
} from './07-sockets-state/helpers/auth.ts'
import { DeviceCounts } from './07-sockets-state/helpers/disconnect.ts'
import {
  expectRejectsHugeText,
  expectRejectsInvalid,
  prototypeNames,
} from './07-sockets-state/helpers/invalid-input.ts'
import { ChatSession } from './07-sockets-state/helpers/chat-session.ts'
import { defineCheck, failUnless } from '../workshop/check/suite.ts'
import { identityClaims, withFalseIdentity } from './06-worker-jobs/helpers/expectations.ts'

defineCheck('07-sockets-state', { diagnoses }, (goal) => {
  goal(
    'a device whose token is missing or unknown is refused, and its `connect_error` gives the reason',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      await chat.join('ada', 'phone')
      for (const bad of badTokens) await expectRejectsToken(chat, bad)
      await expectStaysRejected(chat)
    },
  )

  goal(
    '`sendMessage` reaches every device of both users once, as `messageSent` with `{from, to, text}`',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      await chat.join('ada', 'computer')
      const phone = await chat.join('ada', 'phone')
      await chat.join('ada', 'tablet')
      const computer = await chat.join('grace', 'computer')
      await chat.join('grace', 'phone')
      await chat.joinByPolling('grace', 'television')
      // Users reload the page, and nothing may grow with that.
      await testBed.httpSession().request(chat.app, 'GET', '/')
      await chat.join('linus', 'phone')
      const first = { from: 'ada', to: 'grace', text: 'good morning' }
      const second = { from: 'grace', to: 'ada', text: 'good evening' }
      await expectDelivered(chat, phone, first)
      await expectDelivered(chat, computer, second)
      const third = { ...first, text: "good night, <b>Grace</b> & all: it's late" }
      await expectDelivered(chat, phone, third)
      // What comes twice has come before what is sent later.
      await expectDelivered(chat, phone, { ...first, text: 'sleep well' })
      expectOnceEach(chat, first, second, third)
    },
  )

  goal(
    '`from` is the user of the token, whatever the device claims, and no other user receives the message',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      const endpoint = withFalseIdentity(chat.app, 'grace')
      const auth = { ...identityClaims('grace'), token: 'token-of-ada' }
      const phone = await chat.join('ada', 'phone', { endpoint, auth })
      await chat.join('linus', 'phone')
      const computer = await chat.join('grace', 'computer')
      const message = { from: 'ada', to: 'linus', text: 'a secret' }
      const posing = { ...identityClaims('grace'), from: 'grace', sender: 'grace' }
      const args = { ...posing, to: message.to, text: message.text }
      const answer = sendWithAck(phone, { ...posing, event: 'sendMessage', args })
      const honest = { ...message, text: 'as myself' }
      const { to, text } = honest
      const good = sendWithAck(phone, { event: 'sendMessage', args: { to, text } })
      const claims = { expectation: 'false-identity' }
      await waitForDelivery(chat, phone, honest, claims)
      // To refuse the message of a device that claims to be another user is right, too.
      if (!isRefusedSilently(chat, message, answer, good))
        await waitForDelivery(chat, phone, message, claims)
      const other = { from: 'grace', to: 'ada', text: 'another one' }
      await expectDelivered(chat, computer, other)
      expectNoOtherDevice(chat, message)
      await expectDelivered(chat, phone, { ...message, text: 'the last one' })
      expectNoOtherDevice(chat, other)
    },
  )

  goal(
    'a message sent right after connecting is handled, and every `message` is acknowledged',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      await chat.join('grace', 'computer')
      const message = { from: 'ada', to: 'grace', text: 'here I am' }
      const answer = await expectReceivedOnConnect(chat, message)
      const args = await waitForAck(chat, answer)
      expectAnswerFirst(chat, args)
      expectNoError(chat, args)
    },
  )

  goal(
    'a device that disconnects is removed, and the other devices of its user still receive messages',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      const counts = await DeviceCounts.of(chat)
      const computer = await chat.join('ada', 'computer')
      const phone = await chat.join('ada', 'phone')
      const tablet = await chat.join('ada', 'tablet')
      const grace = await chat.join('grace', 'phone')
      await chat.join('linus', 'phone')
      const counted = await counts.has('ada')
      for (const leaving of [computer, tablet]) {
        chat.removeDevice(leaving)
        const after = {
          expectation: 'after-disconnect',
          when: `, after ${leaving.name} has disconnected`,
        }
        // The first one shows that it was noticed, the second one what it has done.
        for (const text of ['are you there?', 'and now?']) {
          const message = { from: 'grace', to: 'ada', text: `${text} without ${leaving.name}` }
          await expectDelivered(chat, grace, message, after)
        }
        if (counted) await counts.expect('ada', { when: after.when })
      }
      chat.removeDevice(phone)
      const when = ', after all devices of ada have disconnected'
      send(grace, { from: 'grace', to: 'ada', text: 'are you online?' })
      await expectDelivered(
        chat,
        grace,
        { from: 'grace', to: 'linus', text: 'and you?' },
        { expectation: 'after-last-disconnect', when },
      )
      if (counted) await counts.expect('ada', { when })
      await chat.join('ada', 'watch')
      const back = { from: 'grace', to: 'ada', text: 'welcome back' }
      await expectDelivered(chat, grace, back, { when: ', after ada has connected again' })
    },
  )

  goal(
    'a message to yourself arrives once, and a message to an offline user causes no error',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      const counts = await DeviceCounts.of(chat)
      const phone = await chat.join('ada', 'phone')
      await chat.join('ada', 'computer')
      await chat.join('grace', 'phone')
      const note = { from: 'ada', to: 'ada', text: 'buy milk' }
      const toYourself = { expectation: 'to-yourself', when: ', for a message to yourself' }
      await expectDelivered(chat, phone, note, toYourself)
      const counted = await counts.has('ada')
      await expectSentToOffline(chat, phone)
      for (const to of ['unknown', ...prototypeNames]) {
        sendWithAck(phone, { event: 'sendMessage', args: { to, text: 'are you online?' } })
        const next = { from: 'ada', to: 'grace', text: `not to ${to}` }
        const expectation = prototypeNames.includes(to) ? 'inherited-user' : 'unknown-user'
        const when = `, after a message to "${to}", who is offline`
        await expectDelivered(chat, phone, next, { expectation, when })
      }
      if (counted) await counts.expect('unknown', { when: ', who never was online' })
      expectOnceEach(chat, note)
      expectNoOtherDevice(chat, note)
      expectNoOtherDevice(chat, { from: 'ada', to: 'unknown', text: 'are you online?' })
    },
  )

  goal(
    'unknown events and invalid arguments are answered with an error, reach no device and do not stop the program',
    async (testBed) => {
      const chat = await ChatSession.open(testBed)
      const phone = await chat.join('ada', 'phone')
      await chat.join('grace', 'phone')
      const good = { from: 'ada', to: 'grace', text: 'all is well' }
      const args = { to: good.to, text: good.text }
      const valid = sendWithAck(phone, { event: 'sendMessage', args })
      const answer = await waitForAck(chat, valid)
      await waitForDelivery(chat, phone, good) // What comes from now on is another message.
      await expectRejectsInvalid(chat, phone, answer)
      await expectRejectsHugeText(chat, phone)
    },
  )

  goal('SIGTERM ends it within 2 seconds, with devices connected', async (testBed) => {
    const chat = await ChatSession.open(testBed)
    await chat.join('ada', 'computer')
    await chat.join('ada', 'phone')
    await chat.joinByPolling('grace', 'phone')
    const { app } = chat
    app.sendSignal('SIGTERM')
    const when = 'after SIGTERM, with devices connected'
    const withinMs = 2_000
    const { code, signal } = await app.waitForExit(
      { kind: 'exit-missing', app: app.name, withinMs, when },
      withinMs,
    )
    failUnless(code === null || code === 0 || code === 143, {
      kind: 'exit-wrong',
      app: app.name,
      expected: 0,
      code,
      signal,
      when,
    })
  })
})
