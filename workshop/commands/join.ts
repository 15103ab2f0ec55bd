import { userInfo } from 'node:os'
import { joinClassroom } from '../classroom/membership.ts'
import { UserError } from '../errors.ts'
import { showControls } from '../terminal-text.ts'

/** `npm run join http://10.0.0.5:4400 7QK2-M9 [Ada]`: joins the classroom of an instructor. */
export async function run(words: string[]): Promise<number> {
  const [url = '', code, ...names] = words
  if (!/^http:\/\/[\w.-]+:\d{1,5}\/?$/.test(url) || code === undefined)
    throw new UserError('It is: npm run join http://HOST:4400 CODE [NAME], as on the projector')
  const wanted = names.join(' ') || userInfo().username
  const { name } = await joinClassroom(url.replace(/\/$/, ''), code, wanted)
  console.log(`
  You are ${showControls(name)} in this classroom. Another name: npm run join ${url} ${code} NAME

  From now on the instructor sees this name, your step, which of its goals pass, the name of the
  mistake that a check has found, and the times. Your code stays here until you type: npm run show
  To end this: npm run leave
`)
  return 0
}
