import { UserError } from '../errors.ts'
import { pluralize } from '../course/text.ts'
import { fixStarters, verifyCourse } from '../dev/verify/index.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run verify [fix]`: lists what is missing or out of step; `fix` renews starters.json. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0 || (word !== undefined && word !== 'fix')) {
    throw new UserError('verify knows one word: npm run verify fix')
  }
  if (word === 'fix') await fix(root)
  const { problems, edited } = await verifyCourse(root)
  for (const problem of problems) console.log(problem)
  if (edited.length > 0) console.log([...edited, ...explanation].join('\n'))
  const found = problems.length + edited.length
  console.log(
    found === 0 ? 'Everything is in step.' : `${pluralize(found, 'line')} to look at.`,
  )
  return found === 0 ? 0 : 1
}

const explanation = [
  '  Files in steps/ that differ from workshop/course/starters.json are expected where you',
  '  work through the course. If you meant to change a starter: npm run verify fix',
]

async function fix(root: string): Promise<void> {
  const changed = await fixStarters(root)
  if (changed.length === 0) console.log('workshop/course/starters.json is as it should be.')
  else console.log(['workshop/course/starters.json, written anew:', ...changed, ''].join('\n'))
}
