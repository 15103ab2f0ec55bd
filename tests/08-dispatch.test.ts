import { mistakes, starter } from './08-dispatch/diagnoses.ts'
import { rightAnswers } from './08-dispatch/right-answers.ts'
import { startChat, connectDevice, expectReceivedOnce } from './shared/chat.ts'
import {
  waitForDispatch,
  expectOneCopyEach,
  expectDelivered,
  startTwo,
} from './08-dispatch/helpers/dispatch.ts'
import {
  sendInvalidEvents,
  unrelatedMessage,
  publishInvalidMessages,
} from './08-dispatch/helpers/invalid-input.ts'
import {
  expectCleanExit,
  expectSameEvents,
  expectReceivesNothing,
  expectReceivesFromOthers,
  expectNoNewConnections,
  expectSubscribesBeforeAccepting,
  cycleRedis,
  expectRecovers,
  expectRejectsToken,
} from './08-dispatch/helpers/expectations.ts'
import { defineCheck } from '../workshop/check/suite.ts'

defineCheck('08-dispatch', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'a message is published on `outgoing_socket_message`, as `{event, id, args}`, for its receiver and for its sender',
    async (stage) => {
      const web1 = await startChat(stage, 'web.1')
      const ada = await connectDevice(stage, web1, 'ada', "ada's phone")
      const message = { from: 'ada', to: 'grace', text: 'hello' }
      // What a device says of its user is not believed: the token tells who it is.
      const lies = { user: 'linus', id: 'linus', userId: 'linus' }
      const args = { ...lies, ...message, from: 'linus' }
      ada.emit('message', { event: 'sendMessage', args, ...lies })
      for (const id of ['grace', 'ada']) await waitForDispatch(web1, ada, message, id)
      await expectRejectsToken(stage, web1)
    },
  )

  goal(
    'every device of both users gets one copy, whichever instance it is connected to, and no other user gets any',
    async (stage) => {
      const [web1, web2] = await startTwo(stage)
      const phone = await connectDevice(stage, web1, 'ada', "ada's phone on web.1")
      const tablet = await connectDevice(stage, web1, 'ada', "ada's tablet on web.1")
      const laptop = await connectDevice(stage, web2, 'ada', "ada's laptop on web.2")
      const grace = await connectDevice(stage, web2, 'grace', "grace's phone on web.2")
      const linus = await connectDevice(stage, web2, 'linus', "linus's phone on web.2")
      const adas = [phone, tablet, laptop]
      const [first, second, third, last] = [
        { from: 'grace', to: 'ada', text: 'from web.2' },
        { from: 'ada', to: 'grace', text: 'from web.1' },
        { from: 'ada', to: 'ada', text: 'to myself' },
        { from: 'ada', to: 'linus', text: 'hello linus' },
      ]
      await expectDelivered(stage, grace, first, [...adas, grace])
      await expectDelivered(stage, phone, second, [...adas, grace])
      await expectDelivered(stage, laptop, third, adas)
      await expectDelivered(stage, phone, last, [...adas, linus])
      // What comes twice, or to others, has come before a later message.
      for (const { text } of [first, second, third]) expectReceivesNothing(linus, text)
      expectReceivesNothing(grace, third.text)
      expectOneCopyEach([...adas, grace], first)
      expectOneCopyEach([...adas, grace], second)
      expectOneCopyEach(adas, third)
    },
  )

  goal(
    'an instance subscribes once for all its devices, before it accepts connections',
    async (stage) => {
      const [web1, phone] = await expectSubscribesBeforeAccepting(stage, 'web.1')
      const message = { from: 'grace', to: 'ada', text: 'from somewhere else' }
      await expectReceivesFromOthers(stage, web1, phone, message)
      await expectNoNewConnections(stage, web1, phone)
    },
  )

  goal(
    'all devices of a user receive the same events, also when another device connects or disconnects',
    async (stage) => {
      const [web1, web2] = await startTwo(stage)
      const phone = await connectDevice(stage, web1, 'ada', "ada's phone on web.1")
      const tablet = await connectDevice(stage, web1, 'ada', "ada's tablet on web.1")
      const laptop = await connectDevice(stage, web2, 'ada', "ada's laptop on web.2")
      const grace = await connectDevice(stage, web1, 'grace', "grace's phone on web.1")
      phone.emit('message', { event: 'hello', args: { device: 'phone-1', name: 'phone' } })
      const here = { from: 'ada', to: 'grace', text: 'all are here' }
      await expectDelivered(stage, phone, here, [phone, tablet, laptop, grace])
      phone.close()
      // Whoever comes after it has left: the instance knows of that by now.
      const watch = await connectDevice(stage, web1, 'ada', "ada's watch on web.1")
      const gone = { from: 'ada', to: 'grace', text: 'one has left' }
      await expectDelivered(stage, watch, gone, [tablet, laptop, watch, grace])
      expectSameEvents(tablet, laptop, 'phone-1')
      // The only one on its instance leaves, and comes back.
      laptop.close()
      const back = await connectDevice(stage, web2, 'ada', "ada's laptop, back on web.2")
      const again = { from: 'ada', to: 'grace', text: 'all are back' }
      await expectDelivered(stage, watch, again, [back, tablet, watch, grace])
    },
  )

  goal(
    'malformed messages, from a device or from Redis, do no harm, and neither does a message to an offline user',
    async (stage) => {
      const [web1, web2] = await startTwo(stage)
      const ada = await connectDevice(stage, web1, 'ada', "ada's phone on web.1")
      const grace = await connectDevice(stage, web2, 'grace', "grace's phone on web.2")
      const [first, toAda, toGrace, toLinus, last] = [
        { from: 'ada', to: 'grace', text: 'after what ada sent' },
        { from: 'linus', to: 'ada', text: 'after what was published' },
        { from: 'linus', to: 'grace', text: 'after what was published' },
        { from: 'ada', to: 'linus', text: 'are you there?' },
        { from: 'grace', to: 'ada', text: 'the last one' },
      ]
      sendInvalidEvents(ada)
      await expectDelivered(stage, ada, first, [ada, grace])
      await publishInvalidMessages(stage, web1, [
        [ada, toAda],
        [grace, toGrace],
      ])
      await expectDelivered(stage, ada, toLinus, [ada])
      await expectDelivered(stage, grace, last, [ada, grace])
      for (const message of [first, toAda, toLinus]) expectReceivedOnce(ada, message)
      for (const message of [first, toGrace]) expectReceivedOnce(grace, message)
      expectReceivesNothing(ada, unrelatedMessage.text)
    },
  )

  goal(
    'after Redis was offline for a moment, messages are delivered again, one copy each',
    async (stage) => {
      const [web1, web2] = await startTwo(stage)
      const ada = await connectDevice(stage, web1, 'ada', "ada's phone on web.1")
      const grace = await connectDevice(stage, web2, 'grace', "grace's phone on web.2")
      await cycleRedis([web1, web2])
      await expectRecovers(stage, ada, [ada, grace])
    },
  )

  goal(
    'SIGTERM ends an instance within 2 seconds while devices are connected, and its last events still reach the other instances',
    async (stage) => {
      const web1 = await startChat(stage, 'web.1')
      const ada = await connectDevice(stage, web1, 'ada', "ada's phone")
      await expectDelivered(stage, ada, { from: 'ada', to: 'ada', text: 'still here' }, [ada])
      await expectCleanExit(web1)
    },
  )
})
