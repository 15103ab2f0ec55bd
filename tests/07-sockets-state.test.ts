import { mistakes, starter } from './mistakes/07-sockets-state.ts'
import { rightAnswers } from './right-answers/07-sockets-state.ts'
import { send } from './support/chat.ts'
import { acknowledged, heardAtOnce, refusedQuietly, tell } from './support/chat-answers.ts'
import { delivers, nobodyElse, onceEach, reaches } from './support/chat-delivery.ts'
import { badTokens, staysOut, turnsAway } from './support/chat-door.ts'
import { countsDevices, countsRight } from './support/chat-leaving.ts'
import { inherited, refusesBook, refusesNonsense } from './support/chat-nonsense.ts'
import { Room } from './support/chat-room.ts'
import { expectThat, gate } from './support/index.ts'
import { claims, liar } from './support/jobs-proofs.ts'

gate('07-sockets-state', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'a device whose token is missing or unknown is refused, and its `connect_error` says why',
    async (stage) => {
      const room = await Room.open(stage)
      await room.join('ada', 'phone')
      for (const how of Object.keys(badTokens)) await turnsAway(room, how)
      await staysOut(room)
    },
  )

  goal(
    '`sendMessage` reaches every device of both users once, as `messageSent` with `{from, to, text}`',
    async (stage) => {
      const room = await Room.open(stage)
      await room.join('ada', 'computer')
      const phone = await room.join('ada', 'phone')
      await room.join('ada', 'tablet')
      const computer = await room.join('grace', 'computer')
      await room.join('grace', 'phone')
      await room.joinByPolling('grace', 'television')
      await room.join('linus', 'phone')
      const first = { from: 'ada', to: 'grace', text: 'good morning' }
      const second = { from: 'grace', to: 'ada', text: 'good evening' }
      await delivers(room, phone, first)
      await delivers(room, computer, second)
      const third = { ...first, text: 'good night' }
      await delivers(room, phone, third)
      // What comes twice has come before what is sent later.
      await delivers(room, phone, { ...first, text: 'sleep well' })
      onceEach(room, first, second, third)
    },
  )

  goal(
    '`from` is the user of the token, whoever the device claims to be, and nobody else hears it',
    async (stage) => {
      const room = await Room.open(stage)
      const place = liar(room.program, 'grace')
      const auth = { ...claims('grace'), token: 'token-of-ada' }
      const phone = await room.join('ada', 'phone', { place, auth })
      await room.join('linus', 'phone')
      const computer = await room.join('grace', 'computer')
      const message = { from: 'ada', to: 'linus', text: 'a secret' }
      const posing = { ...claims('grace'), from: 'grace', sender: 'grace' }
      const args = { ...posing, to: message.to, text: message.text }
      const answer = tell(phone, { ...posing, event: 'sendMessage', args })
      const honest = { ...message, text: 'as myself' }
      const good = tell(phone, { event: 'sendMessage', args: honest })
      await reaches(room, phone, honest)
      // Whoever does not listen to liars is right, too.
      if (!refusedQuietly(room, message, answer, good)) await reaches(room, phone, message)
      const other = { from: 'grace', to: 'ada', text: 'another one' }
      await delivers(room, computer, other)
      nobodyElse(room, message)
      await delivers(room, phone, { ...message, text: 'the last one' })
      nobodyElse(room, other)
    },
  )

  goal(
    'a device is heard from its first moment on, and every `message` is answered',
    async (stage) => {
      const room = await Room.open(stage)
      await room.join('grace', 'computer')
      const message = { from: 'ada', to: 'grace', text: 'here I am' }
      await acknowledged(room, await heardAtOnce(room, message))
    },
  )

  goal(
    'a device that has left is forgotten, and the other devices of its user are not',
    async (stage) => {
      const room = await Room.open(stage)
      const computer = await room.join('ada', 'computer')
      const phone = await room.join('ada', 'phone')
      const tablet = await room.join('ada', 'tablet')
      const grace = await room.join('grace', 'phone')
      await room.join('linus', 'phone')
      const counts = await countsDevices(room, 'ada')
      for (const leaving of [computer, tablet]) {
        room.leave(leaving)
        const after = `, after ${leaving.name} has left`
        // The first one shows that the farewell is through, the second one what it has done.
        for (const text of ['are you there?', 'and now?']) {
          const message = { from: 'grace', to: 'ada', text: `${text} ${leaving.name} is gone` }
          await delivers(room, grace, message, after)
        }
        if (counts) await countsRight(room, 'ada', after)
      }
      room.leave(phone)
      const after = ', after all devices of ada have left'
      send(grace, { from: 'grace', to: 'ada', text: 'is anybody there?' })
      await delivers(room, grace, { from: 'grace', to: 'linus', text: 'and you?' }, after)
      if (counts) await countsRight(room, 'ada', after)
      await room.join('ada', 'watch')
      const back = { from: 'grace', to: 'ada', text: 'welcome back' }
      await delivers(room, grace, back, ', after ada came back')
    },
  )

  goal('messages to oneself come once, and messages to nobody hurt nobody', async (stage) => {
    const room = await Room.open(stage)
    const phone = await room.join('ada', 'phone')
    await room.join('ada', 'computer')
    await room.join('grace', 'phone')
    const note = { from: 'ada', to: 'ada', text: 'buy milk' }
    await delivers(room, phone, note)
    const counts = await countsDevices(room, 'ada')
    for (const to of ['linus', 'nobody', ...inherited]) {
      tell(phone, { event: 'sendMessage', args: { to, text: 'is anybody there?' } })
      const fence = { from: 'ada', to: 'grace', text: `not to ${to}` }
      await delivers(room, phone, fence, `, after a message to "${to}", who is not connected`)
    }
    if (counts) await countsRight(room, 'nobody', ', who was never there')
    onceEach(room, note)
    nobodyElse(room, note)
    nobodyElse(room, { from: 'ada', to: 'nobody', text: 'is anybody there?' })
  })

  goal(
    'unknown events and bad arguments are answered with an error, reach nobody and end nothing',
    async (stage) => {
      const room = await Room.open(stage)
      const phone = await room.join('ada', 'phone')
      await room.join('grace', 'phone')
      const good = { from: 'ada', to: 'grace', text: 'all is well' }
      const answer = await acknowledged(
        room,
        tell(phone, { event: 'sendMessage', args: { to: good.to, text: good.text } }),
      )
      await reaches(room, phone, good) // What comes from now on is another message.
      await refusesNonsense(room, phone, answer)
      await refusesBook(room, phone)
    },
  )

  goal('SIGTERM ends it within 2 seconds, with devices connected', async (stage) => {
    const room = await Room.open(stage)
    await room.join('ada', 'computer')
    await room.join('ada', 'phone')
    await room.joinByPolling('grace', 'phone')
    const { program } = room
    program.signal('SIGTERM')
    const expected = 'web.1 to end within 2 seconds of SIGTERM, with devices connected'
    const { code } = await program.ends(expected, 2_000)
    const fine = code === null || code === 0 || code === 143
    expectThat(fine, 'web.1 to end with exit code 0', program.describe(), 'web.1')
  })
})
