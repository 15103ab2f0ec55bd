import {
  type Diagnosis,
  countReceived,
  forApp,
  published,
} from '../../../workshop/check/suite.ts'
import {
  aboutOutput,
  leavesOut,
  printsFirstOnly,
  printsOthers,
  printsTooOften,
  timesPrinted,
} from '../../shared/announcement-queries.ts'

/** What it does with its own message, and with names it has received before. */
export const ownMessages: Diagnosis[] = aboutOutput([
  {
    id: 's3-prints-own-name',
    likely:
      'Your handler prints the name of this instance (DYNO) for every message. The message contains the name of the instance that has started.',
    lookAt: 'what the handler prints: which name is that?',
    requires: forApp(
      (app) =>
        leavesOut(app) &&
        timesPrinted(app, app.name) > countReceived(app, app.name) &&
        timesPrinted(app, app.name) >= countReceived(app) - 1,
    ),
  },
  {
    id: 's3-expects-no-echo',
    likely:
      'Your program leaves out its own message. Print that one too: it shows that the way to Redis and back works.',
    lookAt: 'the condition in the handler',
    requires: forApp(
      (app) =>
        countReceived(app, app.name) > 0 &&
        timesPrinted(app, app.name) === 0 &&
        printsOthers(app),
    ),
  },
  {
    id: 's3-prints-without-message',
    likely:
      'Your program prints the line about itself without the message, and leaves out the message that comes back. Only a received message proves that others receive it.',
    lookAt: 'every place that prints; it should be one, the handler',
    requires: forApp(
      (app) =>
        // Of several announcements the last may not be printed yet.
        published(app).length === 1 &&
        timesPrinted(app, app.name) > 0 &&
        timesPrinted(app, app.name) < countReceived(app, app.name) &&
        printsOthers(app) &&
        !printsFirstOnly(app),
    ),
  },
  {
    id: 's3-remembers-names',
    likely:
      'Your program prints each name only once. An instance that restarts announces itself again.',
    lookAt: 'what the handler remembers from one message to the next',
    requires: forApp((app) => printsFirstOnly(app) && printsOthers(app)),
  },
  {
    id: 's3-echo-and-own-line',
    likely:
      'Your program prints that it has started, then receives its own message and prints it again.',
    lookAt: 'every place that prints; it should be one, the handler',
    requires: forApp(
      (app) =>
        timesPrinted(app, app.name) > countReceived(app, app.name) &&
        countReceived(app, app.name) > 0 &&
        printsOthers(app) &&
        !printsTooOften(app),
    ),
  },
])
