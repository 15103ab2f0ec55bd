import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { inGoal, inVain, published, reached } from './evidence-queries.ts'

const userOfSocket = 'const user = await userOf(socket)'

/** Who hears the result? */
export const results: KnownMistake[] = [
  {
    id: 's6-not-every-device',
    likely:
      'one device of the user gets the result and another does not. A user has several, on several instances, and each instance should tell all it has.',
    lookAt: 'what is kept for a user: one socket, or all of them? A room keeps them all',
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
    likely: "the progress of one user's job is sent to all devices of all users.",
    lookAt: 'to whom `progress` is emitted',
    matches: ({ received }) => received.includes('0.4242'),
    programs: {
      'emits to all': replaceIn('sockets.ts', "devices.emit('progress'", "io.emit('progress'"),
    },
  },
  {
    id: 's6-result-to-everyone',
    likely: 'the result is sent to all devices of all users. The channel says whose it is.',
    lookAt: 'to whom `done` is emitted',
    matches: (evidence) =>
      inGoal('nobody else')(evidence) && evidence.expected.includes('to hear nothing of'),
    programs: {
      'emits to all': replaceIn('sockets.ts', "devices.emit('done'", "io.emit('done'"),
    },
  },
  {
    id: 's6-result-not-handed-on',
    likely:
      'the result has reached the web instance, and no device hears `done`: what the one says and what the other expects differ.',
    lookAt: 'the message on DONE, and what the web instance takes out of it',
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
    likely: 'the worker has heard the job, and publishes no result on a DONE channel.',
    lookAt: 'what the worker does after the counting',
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
