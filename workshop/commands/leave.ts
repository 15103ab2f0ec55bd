import { leaveClassroom } from '../classroom/membership.ts'
import { UserError } from '../errors.ts'

/** `npm run leave`: ends what `npm run join` began. */
export async function run(words: string[]): Promise<number> {
  if (words.length > 0) throw new UserError('This command takes no words: npm run leave')
  const outcome = await leaveClassroom()
  if (!outcome) console.log('You have not joined a classroom')
  else if (outcome === 'lost')
    console.log(
      'You have left. The classroom does not answer: your row stays until it is removed there',
    )
  else
    console.log('You have left. The classroom has removed your row, and code that you showed')
  return 0
}
