import { UserError } from '../errors.ts'
import { displayPath } from '../course/files.ts'
import { undo } from '../course/reset.ts'
import { root as workshopRoot } from '../paths.ts'

/** `npm run undo [2]`: the files of the last backup, or of that one, come back. */
export async function run(words: string[], root = workshopRoot): Promise<number> {
  const [word = '1', ...more] = words
  if (more.length > 0 || !/^[1-9]\d*$/.test(word)) {
    throw new UserError('Which backup? A number of the list of npm run backups: npm run undo 2')
  }
  const { from, changes, backup } = await undo(Number(word), root)
  const back = changes.filter(({ state }) => state !== 'same').map(({ path }) => path)
  if (back.length === 0) {
    console.log(
      `Nothing to undo: steps/${from.slug} is as in ${displayPath(from.folder)} already.`,
    )
    return 0
  }
  console.log(`Back in steps/${from.slug}: ${back.join(', ')}`)
  if (backup) {
    console.log(`What they replaced: ${displayPath(backup.folder)}`)
    console.log('Back to that: npm run undo')
  }
  return 0
}
