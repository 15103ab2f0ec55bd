import { makeKit } from '../classroom/kit.ts'
import { UserError } from '../errors.ts'

/** `npm run kit`: makes the archive that `npm run classroom` serves to laptops without a network. */
export async function run(words: string[]): Promise<number> {
  if (words.length > 0) throw new UserError('This command takes no words: npm run kit')
  const { file, bytes, redis } = await makeKit((line) => console.log(line))
  const distribution = `${redis}, for a Linux that is as new as this one`
  console.log(`
  ${file}, ${Math.round(bytes / 1e6)} MB. npm run classroom serves it.

  It carries
    the workshop, with untouched starters
    its packages for Linux, macOS and Windows (in WSL), x64 and arm64
    ${redis ? distribution : 'no Redis: only Debian and Ubuntu have one that can be carried'}

  It cannot carry, so these laptops need it before they come
    every laptop     Node.js 20.19 or newer
    Windows          WSL
    macOS            Redis: brew install redis
    other Linux      Redis: redis-server or valkey-server from its package manager${
      redis ? `\n    other than ${process.arch}   Redis: sudo apt install redis-server` : ''
    }
`)
  return 0
}
