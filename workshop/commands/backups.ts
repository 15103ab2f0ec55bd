import { styleText } from 'node:util'
import { UserError } from '../errors.ts'
import { type Backup, listBackups } from '../course/backups.ts'
import { displayPath } from '../course/files.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run backups`: what resets and undos have kept, and how to get it back. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  if (words.length > 0) throw new UserError('This command takes no words: npm run backups')
  const backups = await listBackups(root)
  if (backups.length === 0) {
    console.log('No backups: no reset has replaced a file yet.')
    return 0
  }
  const lines = backups.flatMap((backup, at) => describe(backup, at + 1))
  const how = 'npm run undo brings back number 1, npm run undo 2 number 2, and so on.'
  console.log([...lines, '', how].join('\n'))
  return 0
}

function describe(backup: Backup, number: number): string[] {
  const before = backup.reason === 'undo' ? 'before an undo' : 'before a reset'
  const list = backup.files.length > 0 ? backup.files.join(', ') : 'no files'
  const when = backup.at.toLocaleString('sv-SE')
  return [
    `${String(number).padStart(2)}  ${styleText('bold', backup.slug)}  ${when}  ${styleText('dim', before)}`,
    `    ${list}`,
    `    ${styleText('dim', displayPath(backup.folder))}`,
  ]
}
