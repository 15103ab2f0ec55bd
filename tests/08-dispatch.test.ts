import { diagnoses } from './08-dispatch/diagnoses.ts'
import { connectDevice, send, startChat } from './shared/chat.ts'
import { expectDelivered, expectOneCopyEach, waitForAll } from './shared/chat-delivery.ts'
import {
  expectOwnName,
  expectSubscribed,
  startTwo,
  waitForDispatch,
} from './08-dispatch/helpers/dispatch.ts'
import {
  publishInvalidMessages,
  sendInvalidEvents,
  unrelatedMessage,
} from './08-dispatch/helpers/invalid-input.ts'
import {
  cycleRedis,
  expectCleanExit,
  expectForUser,
  expectNoNewConnections,
  expectReceivesNothing,
  expectRecovers,
  expectSameEvents,
  expectSubscribesBeforeAccepting,
} from './08-dispatch/helpers/expectations.ts'
import { expectLastEvents, introduce } from './08-dispatch/helpers/presence.ts'
import { defineCheck } from '../workshop/check/suite.ts'

defineCheck('08-dispatch', { diagnoses }, (goal) => {
  goal(
    'a message is published on `outgoing_socket_message`, as `{event, id, args}`, for its receiver and for its sender',
    async (testBed) => {
      const web1 = await startChat(testBed, 'web.1')
      const ada = await connectDevice(testBed, web1, 'ada', "ada's phone")
      const message = { from: 'ada', to: 'grace', text: 'hello' }
      send(ada, message)
      for (const id of ['grace', 'ada']) await waitForDispatch(web1, ada, message, id)
      await expectOwnName(web1, ada)
    },
  )

  goal(
    'every device of both users gets one copy, whichever instance it is connected to, and no other user gets any',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const phone = await connectDevice(testBed, web1, 'ada', "ada's phone on web.1")
      const tablet = await connectDevice(testBed, web1, 'ada', "ada's tablet on web.1")
      const laptop = await connectDevice(testBed, web2, 'ada', "ada's laptop on web.2")
      const grace = await connectDevice(testBed, web2, 'grace', "grace's phone on web.2")
      const linus = await connectDevice(testBed, web2, 'linus', "linus's phone on web.2")
      const adas = [phone, tablet, laptop]
      const [first, second, third, last] = [
        { from: 'grace', to: 'ada', text: 'from web.2' },
        { from: 'ada', to: 'grace', text: 'from web.1' },
        { from: 'ada', to: 'ada', text: 'to myself' },
        { from: 'ada', to: 'linus', text: 'hello linus' },
      ]
      const options = { expectation: 'across-instances' }
      await expectDelivered(testBed, grace, first, [...adas, grace], options)
      await expectDelivered(testBed, phone, second, [...adas, grace], options)
      await expectDelivered(testBed, laptop, third, adas, options)
      await expectDelivered(testBed, phone, last, [...adas, linus], options)
      // A second copy, or one for another user, has come before a later message.
      for (const { text } of [first, second, third]) {
        expectReceivesNothing(linus, text, 'other-user')
      }
      expectReceivesNothing(grace, third.text, 'other-user')
      for (const [sender, message, devices] of [
        [grace, first, [...adas, grace]],
        [phone, second, [...adas, grace]],
        [laptop, third, adas],
      ] as const) {
        expectOneCopyEach(testBed, sender.name, message, devices, 'across-instances')
      }
    },
  )

  goal(
    'an instance subscribes once for all its devices, before it accepts connections',
    async (testBed) => {
      const [web1, phone] = await expectSubscribesBeforeAccepting(testBed, 'web.1')
      const message = { from: 'grace', to: 'ada', text: 'from elsewhere' }
      await expectSubscribed(testBed, web1, message)
      const options = { expectation: 'one-instance' }
      await waitForAll(testBed, 'the check', message, [phone], options)
      await expectNoNewConnections(testBed, web1, phone)
      const again = { expectation: 'same-text-again', copies: 2 }
      await expectDelivered(testBed, phone, { ...message, from: 'ada' }, [phone], options)
      await expectDelivered(testBed, phone, { ...message, from: 'ada' }, [phone], again)
    },
  )

  goal(
    'all devices of a user receive the same events, also when another device connects or disconnects',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const phone = await connectDevice(testBed, web1, 'ada', "ada's phone on web.1")
      const tablet = await connectDevice(testBed, web1, 'ada', "ada's tablet on web.1")
      const laptop = await connectDevice(testBed, web2, 'ada', "ada's laptop on web.2")
      const grace = await connectDevice(testBed, web1, 'grace', "grace's phone on web.1")
      const options = { expectation: 'device-left' }
      introduce(phone, 'phone-1')
      const here = { from: 'ada', to: 'grace', text: 'all are here' }
      const before = { expectation: 'across-instances' }
      await expectDelivered(testBed, phone, here, [phone, tablet, laptop, grace], before)
      phone.close()
      // When this device is connected, the instance has noticed that the phone is not.
      const watch = await connectDevice(testBed, web1, 'ada', "ada's watch on web.1")
      const afterDisconnect = { from: 'ada', to: 'grace', text: 'one has disconnected' }
      await expectDelivered(
        testBed,
        watch,
        afterDisconnect,
        [tablet, laptop, watch, grace],
        options,
      )
      expectSameEvents(tablet, laptop, 'phone-1')
      expectForUser(testBed, 'ada', 'phone-1', [tablet, laptop, watch])
      // The only device on its instance disconnects, and connects again.
      laptop.close()
      const back = await connectDevice(testBed, web2, 'ada', "ada's laptop, back on web.2")
      const again = { from: 'ada', to: 'grace', text: 'all are back' }
      await expectDelivered(testBed, watch, again, [back, tablet, watch, grace], options)
    },
  )

  goal(
    'malformed messages, from a device or from Redis, do no harm, and neither do unknown tokens and messages to offline users',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const ada = await connectDevice(testBed, web1, 'ada', "ada's phone on web.1")
      const grace = await connectDevice(testBed, web2, 'grace', "grace's phone on web.2")
      const auth = { token: 'an unknown token', user: 'ada' }
      await testBed.socketClient(web1, { name: 'a stranger', auth }).expectRejected()
      const [first, toAda, toGrace, toLinus, last] = [
        { from: 'ada', to: 'grace', text: 'after malformed events' },
        { from: 'linus', to: 'ada', text: 'after malformed messages' },
        { from: 'linus', to: 'grace', text: 'after malformed messages' },
        { from: 'ada', to: 'linus', text: 'are you there?' },
        { from: 'grace', to: 'ada', text: 'the last one' },
      ]
      sendInvalidEvents(ada)
      const afterEvents = { expectation: 'after-invalid-event' }
      await expectDelivered(testBed, ada, first, [ada, grace], afterEvents)
      await publishInvalidMessages(testBed, web1, [
        [ada, toAda],
        [grace, toGrace],
      ])
      const offline = { expectation: 'offline-user' }
      await expectDelivered(testBed, ada, toLinus, [ada], offline)
      await expectDelivered(testBed, grace, last, [ada, grace], offline)
      for (const [device, message] of [
        [ada, first],
        [ada, toAda],
        [ada, toLinus],
        [grace, first],
        [grace, toGrace],
      ] as const) {
        expectOneCopyEach(testBed, ada.name, message, [device], 'after-invalid-message')
      }
      expectReceivesNothing(ada, unrelatedMessage.text, 'other-channel')
    },
  )

  goal(
    'after Redis was offline for a moment, messages are delivered again, one copy each',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const ada = await connectDevice(testBed, web1, 'ada', "ada's phone on web.1")
      const grace = await connectDevice(testBed, web2, 'grace', "grace's phone on web.2")
      await cycleRedis([web1, web2])
      await expectRecovers(testBed, ada, [ada, grace])
    },
  )

  goal(
    'SIGTERM ends an instance within 2 seconds while devices are connected, and its last events still reach the other instances',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const phone = await connectDevice(testBed, web1, 'ada', "ada's phone on web.1")
      const laptop = await connectDevice(testBed, web2, 'ada', "ada's laptop on web.2")
      await expectLastEvents(testBed, phone, laptop, () => expectCleanExit(web1))
    },
  )
})
