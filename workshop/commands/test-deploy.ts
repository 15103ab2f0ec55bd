import { refuseStrange, runOwnTests } from '../check/own-tests.ts'
import { findNginx } from '../deploy/index.ts'
import { findRedisServer } from '../redis/index.ts'
import { WayOut } from '../supervisor/run/way-out.ts'

const tests = {
  command: 'npm run test:deploy',
  folder: 'tests/deploy',
  kind: 'deployment test',
}

/**
 * `npm run test:deploy [word …]`: reads docker-compose.yml, Dockerfile, nginx.conf and Procfile and
 * runs what they say, as processes of this machine, behind a real nginx. Runs what is in
 * tests/deploy/, or the files whose name holds a word.
 *
 * @returns 0 everything works, 1 not
 */
export async function run(words: string[]): Promise<number> {
  console.log(
    'This runs what the deployment files say, without containers, behind a real nginx.\n',
  )
  await refuseStrange(tests, words)
  const nginx = findNginx()
  await findRedisServer({ say: (line) => console.error(line) })
  const wayOut = new WayOut()
  try {
    return await runOwnTests(tests, words, { WORKSHOP_NGINX: nginx }, wayOut)
  } finally {
    wayOut.close()
  }
}
