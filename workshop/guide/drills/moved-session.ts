import type { Drill } from './drill.ts'
import { getWithCookie, logInWithCookie } from './test-user.ts'

const user = 'ada'

/** A request of a user who is logged in reaches another instance. */
export const movedSession: Drill = {
  id: 'moved-session',
  title: 'A session moves',
  what: 'ada logs in at one instance. Her next request, GET /me, goes to another one, as after a deploy.',
  question: 'What does the other instance answer?',
  answers: ['Who she is', 'That she is not logged in', 'An error'],
  needs: 'two instances that answer',
  appliesTo: ({ number }) => number === 5,
  async run(context) {
    const [here, there] = await context.servingInstances(2, 'two instances that answer')
    if (!here || !there) return { observed: undefined, story: ['No second instance answers.'] }
    const cookie = await logInWithCookie(here.url, user)
    const { status, text } = await getWithCookie(`${there.url}/me`, cookie)
    const isKnown = status === 200 && text.includes(`"${user}"`)
    return {
      observed: isKnown ? 0 : status < 500 ? 1 : 2,
      story: [
        `${here.name} answered the login, ${cookie ? 'with a cookie' : 'without a cookie'}.`,
        `${there.name} answered GET /me with ${status}: ${text.slice(0, 200)}`,
      ],
    }
  },
}
