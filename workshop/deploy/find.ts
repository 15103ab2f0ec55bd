import { UserError } from '../errors.ts'
import { isProgram, onPath } from '../paths.ts'

const advice =
  'Install it (Debian: sudo apt-get install nginx), or set NGINX_PATH to its program'

/**
 * Finds nginx: what NGINX_PATH names, or the one on the PATH or in /usr/sbin, where it usually lies
 * and where only root's PATH leads.
 *
 * @returns the path of its program
 * @throws UserError (exit 2) that says how to get one
 */
export function findNginx(env: NodeJS.ProcessEnv = process.env, sbin = '/usr/sbin'): string {
  const given = env['NGINX_PATH']
  if (given && isProgram(given)) return given
  if (given) throw new UserError(`NGINX_PATH is ${given}, and no program lies there. ${advice}`)
  const [found] = [env, { PATH: sbin }].flatMap((place) => onPath('nginx', place))
  if (found) return found
  throw new UserError(`There is no nginx on this machine's PATH. ${advice}`)
}
