import { validateFilters, runVitest } from '../dev/vitest-runner.ts'
import { findNginx } from '../../tests/e2e/support/find-nginx.ts'
import { findRedisServer } from '../redis/index.ts'
import { ShutdownSignal } from '../session/shutdown.ts'

const tests = {
  command: 'npm run test:deploy',
  folder: 'tests/e2e/deploy',
  kind: 'deployment test',
}

/**
 * `npm run test:deploy [word …]`: reads docker-compose.yml, Dockerfile, nginx.conf and Procfile and
 * runs what they say, as processes of this machine, behind a real nginx. Runs what is in
 * tests/e2e/deploy/, or the files whose name holds a word.
 *
 * @returns 0 everything works, 1 not
 */
export async function run(words: string[]): Promise<number> {
  console.log(
    'This runs what the deployment files say, without containers, behind a real nginx.\n',
  )
  await validateFilters(tests, words)
  const nginx = findNginx()
  await findRedisServer({ say: (line) => console.error(line) })
  const wayOut = new ShutdownSignal()
  try {
    return await runVitest(tests, words, { WORKSHOP_NGINX: nginx }, wayOut)
  } finally {
    wayOut.close()
  }
}
