import { mistakes, starter } from './mistakes/08-dispatch.ts'
import { rightAnswers } from './right-answers/08-dispatch.ts'
import { chatInstance, deviceOf, heardOnce } from './support/chat.ts'
import { dispatches, oneCopyEach, travels, twoInstances } from './support/dispatch.ts'
import { babble, decoy, pester } from './support/dispatch-nonsense.ts'
import {
  endsWell,
  hearAlike,
  hearsNothing,
  hearsOthers,
  keepsItsConnections,
  listensFirst,
  losesRedis,
  travelsAgain,
  turnsAway,
} from './support/dispatch-proofs.ts'
import { gate } from './support/index.ts'

gate('08-dispatch', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'a message is published on `outgoing_socket_message`, as `{event, id, args}`, for its receiver and for its sender',
    async (stage) => {
      const web1 = await chatInstance(stage, 'web.1')
      const ada = await deviceOf(stage, web1, 'ada', "ada's phone")
      const message = { from: 'ada', to: 'grace', text: 'hello' }
      // What a device says of its user is not believed: the token tells who it is.
      const lies = { user: 'linus', id: 'linus', userId: 'linus' }
      const args = { ...lies, ...message, from: 'linus' }
      ada.emit('message', { event: 'sendMessage', args, ...lies })
      for (const id of ['grace', 'ada']) await dispatches(web1, ada, message, id)
      await turnsAway(stage, web1)
    },
  )

  goal(
    'every device of both users gets one copy, whichever instance it is on, and nobody else gets any',
    async (stage) => {
      const [web1, web2] = await twoInstances(stage)
      const phone = await deviceOf(stage, web1, 'ada', "ada's phone on web.1")
      const tablet = await deviceOf(stage, web1, 'ada', "ada's tablet on web.1")
      const laptop = await deviceOf(stage, web2, 'ada', "ada's laptop on web.2")
      const grace = await deviceOf(stage, web2, 'grace', "grace's phone on web.2")
      const linus = await deviceOf(stage, web2, 'linus', "linus's phone on web.2")
      const adas = [phone, tablet, laptop]
      const [first, second, third, last] = [
        { from: 'grace', to: 'ada', text: 'from web.2' },
        { from: 'ada', to: 'grace', text: 'from web.1' },
        { from: 'ada', to: 'ada', text: 'to myself' },
        { from: 'ada', to: 'linus', text: 'hello linus' },
      ]
      await travels(stage, grace, first, [...adas, grace])
      await travels(stage, phone, second, [...adas, grace])
      await travels(stage, laptop, third, adas)
      await travels(stage, phone, last, [...adas, linus])
      // What comes twice, or to others, has come before a later message.
      for (const { text } of [first, second, third]) hearsNothing(linus, text)
      hearsNothing(grace, third.text)
      oneCopyEach([...adas, grace], first)
      oneCopyEach([...adas, grace], second)
      oneCopyEach(adas, third)
    },
  )

  goal(
    'an instance listens once for all its devices, and before it lets anybody in',
    async (stage) => {
      const [web1, phone] = await listensFirst(stage, 'web.1')
      const message = { from: 'grace', to: 'ada', text: 'from somewhere else' }
      await hearsOthers(stage, web1, phone, message)
      await keepsItsConnections(stage, web1, phone)
    },
  )

  goal(
    'what one device of a user hears, all hear, also when another one comes or leaves',
    async (stage) => {
      const [web1, web2] = await twoInstances(stage)
      const phone = await deviceOf(stage, web1, 'ada', "ada's phone on web.1")
      const tablet = await deviceOf(stage, web1, 'ada', "ada's tablet on web.1")
      const laptop = await deviceOf(stage, web2, 'ada', "ada's laptop on web.2")
      const grace = await deviceOf(stage, web1, 'grace', "grace's phone on web.1")
      phone.emit('message', { event: 'hello', args: { device: 'phone-1', name: 'phone' } })
      const here = { from: 'ada', to: 'grace', text: 'all are here' }
      await travels(stage, phone, here, [phone, tablet, laptop, grace])
      phone.close()
      // Whoever comes after it has left: the instance knows of that by now.
      const watch = await deviceOf(stage, web1, 'ada', "ada's watch on web.1")
      const gone = { from: 'ada', to: 'grace', text: 'one has left' }
      await travels(stage, watch, gone, [tablet, laptop, watch, grace])
      hearAlike(tablet, laptop, 'phone-1')
      // The only one on its instance leaves, and comes back.
      laptop.close()
      const back = await deviceOf(stage, web2, 'ada', "ada's laptop, back on web.2")
      const again = { from: 'ada', to: 'grace', text: 'all are back' }
      await travels(stage, watch, again, [back, tablet, watch, grace])
    },
  )

  goal(
    'nonsense hurts nobody, sent by a device or published, and neither does a message for somebody who is away',
    async (stage) => {
      const [web1, web2] = await twoInstances(stage)
      const ada = await deviceOf(stage, web1, 'ada', "ada's phone on web.1")
      const grace = await deviceOf(stage, web2, 'grace', "grace's phone on web.2")
      const [first, toAda, toGrace, toLinus, last] = [
        { from: 'ada', to: 'grace', text: 'after what ada sent' },
        { from: 'linus', to: 'ada', text: 'after what was published' },
        { from: 'linus', to: 'grace', text: 'after what was published' },
        { from: 'ada', to: 'linus', text: 'are you there?' },
        { from: 'grace', to: 'ada', text: 'the last one' },
      ]
      babble(ada)
      await travels(stage, ada, first, [ada, grace])
      await pester(stage, web1, [
        [ada, toAda],
        [grace, toGrace],
      ])
      await travels(stage, ada, toLinus, [ada])
      await travels(stage, grace, last, [ada, grace])
      for (const message of [first, toAda, toLinus]) heardOnce(ada, message)
      for (const message of [first, toGrace]) heardOnce(grace, message)
      hearsNothing(ada, decoy.text)
    },
  )

  goal(
    'Redis may be gone for a moment: afterwards messages travel again, one copy each',
    async (stage) => {
      const [web1, web2] = await twoInstances(stage)
      const ada = await deviceOf(stage, web1, 'ada', "ada's phone on web.1")
      const grace = await deviceOf(stage, web2, 'grace', "grace's phone on web.2")
      await losesRedis([web1, web2])
      await travelsAgain(stage, ada, [ada, grace])
    },
  )

  goal(
    'SIGTERM ends an instance within 2 seconds, while devices are connected',
    async (stage) => {
      const web1 = await chatInstance(stage, 'web.1')
      const ada = await deviceOf(stage, web1, 'ada', "ada's phone")
      await travels(stage, ada, { from: 'ada', to: 'ada', text: 'still here' }, [ada])
      await endsWell(web1)
    },
  )
})
