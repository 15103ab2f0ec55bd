import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { inGoal, inVain, published, reached } from './evidence-queries.ts'

const userOfSocket = 'const user = await userOf(socket)'

/** Who hears the result? */
export const results: KnownMistake[] = [
  {
    id: 's6-not-every-device',
    likely:
      'One device of the user gets the result and another does not. A user has several devices, on several instances.',
    lookAt: 'what you keep for a user: one socket, or a room with all of them?',
    matches: ({ received }) => /^only .* has heard it$/.test(received),
    programs: {
      'the last socket of a user': combine(
        replaceIn(
          'sockets.ts',
          "void socket.join(roomOf(socket.request.session.user ?? ''))",
          'last.set(socket.request.session.user, socket)',
        ),
        replaceIn(
          'sockets.ts',
          "const devices = io.to(roomOf(user ?? ''))",
          'const devices = last.get(user) ?? io.to(user)',
        ),
        replaceIn('sockets.ts', 'type Answer =', 'const last = new Map()\ntype Answer ='),
      ),
      'the one that asked': combine(
        replaceIn('sockets.ts', userOfSocket, `${userOfSocket}\n  last.set(user, socket)`),
        replaceIn(
          'sockets.ts',
          "const devices = io.to(roomOf(user ?? ''))",
          'const devices = last.get(user) ?? io.to(user)',
        ),
        replaceIn('sockets.ts', 'type Answer =', 'const last = new Map()\ntype Answer ='),
      ),
    },
  },
  {
    id: 's6-progress-to-everyone',
    likely: "The progress of one user's job is sent to all devices of all users.",
    lookAt: 'the target of the `progress` event',
    matches: ({ received }) => received.includes('0.4242'),
    programs: {
      'emits to all': replaceIn('sockets.ts', "devices.emit('progress'", "io.emit('progress'"),
    },
  },
  {
    id: 's6-result-to-everyone',
    likely: 'The result is sent to all devices of all users. The channel contains the user.',
    lookAt: 'the target of the `done` event',
    matches: (evidence) =>
      inGoal('no other user receives')(evidence) &&
      evidence.expected.includes('to hear nothing of'),
    programs: {
      'emits to all': replaceIn('sockets.ts', "devices.emit('done'", "io.emit('done'"),
    },
  },
  {
    id: 's6-result-not-handed-on',
    likely: 'The result reached the web instance, and no device receives `done`.',
    lookAt:
      'the message on DONE, what the web instance reads from it, and whether the room it emits to is the room that the sockets joined',
    matches: (evidence) => inVain(evidence) && reached('web', 'DONE:', evidence).length > 0,
    programs: {
      'another event': replaceIn('sockets.ts', "devices.emit('done'", "devices.emit('result'"),
      'without the field': replaceIn(
        'worker.ts',
        'JSON.stringify({ result })',
        'JSON.stringify(result)',
      ),
    },
  },
  {
    id: 's6-no-result',
    likely: 'The worker received the job and publishes no result on a DONE channel.',
    lookAt: 'what the worker does after counting',
    matches: (evidence) =>
      inVain(evidence) &&
      reached('worker', 'JOB:', evidence).length > 0 &&
      published('worker', 'DONE:', evidence).length === 0,
    programs: {
      'keeps it for itself': replaceIn(
        'worker.ts',
        "await client.publish(channelOf('DONE', user, name), JSON.stringify({ result }))",
        'console.log(result.count)',
      ),
    },
  },
]
