import { diagnoses } from './10-jwt-and-history/diagnoses.ts'
import {
  expectBackAfterOutage,
  expectLateLive,
  expectLiveAfterHistory,
  expectLiveBeforeHistory,
  expectNumericOrder,
  returningPhone,
} from './10-jwt-and-history/helpers/catching-up.ts'
import {
  expectAnswerWhenRedisIsOffline,
  expectErrorWhenFull,
  expectStoredForEachUser,
  expectStoredOnceWhenRepeated,
} from './10-jwt-and-history/helpers/failing.ts'
import { expectDropsExpired, expectLastsAYear } from './10-jwt-and-history/helpers/expiry.ts'
import { expectGap } from './10-jwt-and-history/helpers/gap.ts'
import {
  expectErrorOfRead,
  expectHistoryIsPrivate,
} from './10-jwt-and-history/helpers/privacy.ts'
import { forge } from './10-jwt-and-history/helpers/jwt.ts'
import { expectKeepsLatest } from './10-jwt-and-history/helpers/keeping.ts'
import {
  badTokens,
  expectGoodToken,
  expectRefusesTokens,
  expectStaysConnected,
  expectState,
  logIn,
} from './10-jwt-and-history/helpers/login.ts'
import { expectStored, waitForId, waitForText } from './shared/chat-messages.ts'
import { expectKeepsSecrets, expectNeedsSecret } from './10-jwt-and-history/helpers/secrets.ts'
import {
  expectDeliveredOnce,
  expectStoredOnce,
  expectStoresBeforePublishing,
} from './10-jwt-and-history/helpers/storing.ts'
import { connectWith, join, requestToken } from './shared/chat-devices.ts'
import { startChat } from './shared/chat.ts'
import { type TestBed, defineCheck } from '../workshop/check/suite.ts'

defineCheck('10-jwt-and-history', { diagnoses }, (goal) => {
  goal(
    '`POST /login` answers `{"token":…}`: a JWT with `sub`, `exp`, `iss` and `aud`, signed with HS256 and `JWT_SECRET`, and every instance accepts it',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const adas = await logIn(testBed, web1, 'ada')
      await expectGoodToken(testBed, web1, adas, 'ada')
      const graces = await logIn(testBed, web2, 'grace')
      await expectGoodToken(testBed, web2, graces, 'grace')
      const ada = await connectWith(testBed, web2, adas.text)
      const grace = await connectWith(testBed, web1, graces.text, { user: 'grace' })
      for (const device of [ada, grace]) await expectStaysConnected(testBed, device)
      const when = 'after a device with a token of the other instance has connected'
      await expectState(testBed, web2, { ada: 1 }, ['state-elsewhere', when])
      await expectState(testBed, web1, { grace: 1 }, ['state-elsewhere', when])
    },
  )

  goal(
    'a token that is missing, expired, unsigned, signed with another secret or issued for another `aud` is refused with `connect_error`, and leaves no socket in the state',
    async (testBed) => {
      const web1 = await startChat(testBed, 'web.1')
      const token = await logIn(testBed, web1, 'ada')
      await expectRefusesTokens(testBed, web1, badTokens(token, testBed.secret))
      await expectState(testBed, web1, {}, [
        'state-refused',
        'after these devices were refused',
      ])
      await connectWith(testBed, web1, token.text)
      await expectState(testBed, web1, { ada: 1 }, [
        'state-accepted',
        'after a device with a good token has connected',
      ])
    },
  )

  goal(
    'a device is disconnected when its token expires, and not before, even when that takes a year',
    async (testBed) => {
      const web1 = await startChat(testBed, 'web.1')
      const token = await logIn(testBed, web1, 'ada')
      const year = expectLastsAYear(testBed, token)
      year.catch(() => {}) // thrown below, after what is easier to see
      await expectDropsExpired(testBed, web1, token)
      await year
    },
  )

  goal(
    'without `JWT_SECRET`, or with fewer than 32 bytes in it, an instance does not start: one line on stderr that names `JWT_SECRET`, exit code 1',
    async (testBed) => {
      await expectNeedsSecret(testBed)
    },
  )

  goal('neither a token nor the secret is ever printed or sent to Redis', async (testBed) => {
    const web1 = await startChat(testBed, 'web.1')
    const token = await logIn(testBed, web1, 'ada')
    await expectKeepsSecrets(testBed, web1, token)
  })

  goal(
    'the instance that receives a message stores it once, before it publishes it',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const token = await requestToken(testBed, web1, 'ada')
      const ada = await connectWith(testBed, web1, token)
      const grace = await join(testBed, web2, 'grace')
      await expectStoresBeforePublishing(testBed, [web1, web2], ada, grace)
      await expectStored(ada, { to: 'ada', text: 'a note' })
      // What comes after them shows that no instance publishes or stores them once more.
      const last = { from: 'grace', to: 'ada', text: 'the last message' }
      await expectStored(grace, last)
      for (const device of [ada, grace]) await waitForText(device, last.text)
      const fromAda = { from: 'ada', to: 'grace' }
      const messages = [
        { ...fromAda, text: 'the first message' },
        { ...fromAda, text: 'the second message' },
        { ...last, text: 'meanwhile' },
      ]
      for (const message of messages) {
        for (const device of [ada, grace]) {
          expectDeliveredOnce(device, message, 'delivered-once')
        }
      }
      expectDeliveredOnce(ada, { from: 'ada', to: 'ada', text: 'a note' }, 'to-oneself')
      for (const { text } of messages) await expectStoredOnce(testBed, web1, token, text)
    },
  )

  goal(
    'the last 50 messages of a conversation are kept, and `GET /history?with=grace` answers with them, the oldest first',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const token = await requestToken(testBed, web1, 'ada')
      const ada = await connectWith(testBed, web1, token)
      const grace = await join(testBed, web2, 'grace')
      await expectKeepsLatest(testBed, [ada, grace], web1, token)
    },
  )

  goal(
    '`GET /history` answers 401 without a valid token, 403 to a user who is not in the conversation, and 503 when the history cannot be read',
    async (testBed) => {
      const web1 = await startChat(testBed, 'web.1')
      const token = await logIn(testBed, web1, 'ada')
      const bad = forge(token, 'another secret, of the same length', {})
      await expectHistoryIsPrivate(testBed, web1, token.text, bad)
      await expectErrorOfRead(testBed, web1, token.text)
    },
  )

  goal(
    'a device that connects with `lastId` receives what it missed, each message once and in order, while live messages arrive, and also when Redis was offline as it connected',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const token = await requestToken(testBed, web1, 'ada')
      const phone = await connectWith(testBed, web1, token, { device: 'phone' })
      const grace = await join(testBed, web2, 'grace')
      const linus = await join(testBed, web2, 'linus')
      const participants = { testBed, web1, web2, grace, linus, token }
      await expectStored(grace, { to: 'ada', text: 'long before' })
      await expectStored(grace, { to: 'ada', text: 'before' })
      let lastId = await waitForId(phone, 'before')
      phone.close()
      lastId = await expectLiveBeforeHistory(participants, lastId)
      lastId = await expectLiveAfterHistory(participants, lastId)
      lastId = await expectLateLive(participants, lastId)
      await expectBackAfterOutage(participants, lastId)
      await expectNumericOrder(participants, lastId)
    },
  )

  goal(
    'a device that missed more than is kept receives `caughtUp` with `gap: true`, any other one with `gap: false`',
    async (testBed) => {
      const web1 = await startChat(testBed, 'web.1')
      const token = await requestToken(testBed, web1, 'ada')
      const phone = await connectWith(testBed, web1, token, { device: 'phone' })
      const grace = await join(testBed, web1, 'grace')
      const linus = await join(testBed, web1, 'linus')
      await expectStored(grace, { to: 'ada', text: 'before' })
      const lastId = await waitForId(phone, 'before')
      phone.close()
      await expectGap([grace, linus], (device) =>
        returningPhone({ testBed, web1, token }, lastId, device),
      )
    },
  )

  goal(
    'a message that was not stored is acknowledged with an error, and one that its user sends again with the same `clientId` is stored once',
    async (testBed) => {
      const [web1, web2] = await startTwo(testBed)
      const token = await requestToken(testBed, web1, 'ada')
      const ada = await connectWith(testBed, web1, token)
      const elsewhere = await connectWith(testBed, web2, token, { device: 'phone' })
      const grace = await join(testBed, web2, 'grace')
      await expectErrorWhenFull(testBed, web1, [ada, grace], token)
      await expectStoredOnceWhenRepeated(testBed, [web1, web2], [ada, elsewhere], token)
      await expectStoredForEachUser(testBed, web1, [ada, grace], token)
      await expectAnswerWhenRedisIsOffline(testBed, web1, ada, token)
    },
  )
})

async function startTwo(testBed: TestBed) {
  const [web1, web2] = await Promise.all([
    startChat(testBed, 'web.1'),
    startChat(testBed, 'web.2'),
  ])
  return [web1, web2] as const
}
